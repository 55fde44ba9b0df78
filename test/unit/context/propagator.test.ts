import {
  createTraceState as createApiTraceState,
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'
import { extractHeaders } from '../../../src/context/headers.ts'
import { W3CPropagator } from '../../../src/context/propagator.ts'
import { isTracingSuppressed, suppressTracing } from '../../../src/context/suppress.ts'
import { createTraceState } from '../../../src/context/tracestate.ts'
import { injectHeaders } from '../../support/inject-headers.ts'

const W3C = new W3CPropagator(['tracecontext', 'baggage'])

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`
const span: SpanContext = { traceId: TRACE, spanId: SPAN, traceFlags: 1 }
const baggage = propagation.createBaggage({ user: { value: 'Amélie' } })
const full = propagation.setBaggage(
  trace.setSpanContext(ROOT, { ...span, traceState: createTraceState('foo=1,bar=2') }),
  baggage,
)

const both = new W3CPropagator(['tracecontext', 'baggage'])

function extract(carrier: Record<string, unknown>, propagator = both) {
  return propagator.extract(ROOT, carrier, defaultTextMapGetter)
}

function inject(ctx = full, propagator = both) {
  const carrier: Record<string, string> = {}
  propagator.inject(ctx, carrier, defaultTextMapSetter)
  return carrier
}

describe('W3CPropagator', () => {
  it('names its fields', () => {
    expect(both.fields()).toEqual(['traceparent', 'tracestate', 'baggage'])
    expect(new W3CPropagator(['tracecontext']).fields()).toEqual(['traceparent', 'tracestate'])
    expect(new W3CPropagator(['baggage']).fields()).toEqual(['baggage'])
    expect(new W3CPropagator([]).fields()).toEqual([])
  })

  it('extracts a remote span context and baggage', () => {
    const ctx = extract({ traceparent: TRACEPARENT, tracestate: 'foo=1', baggage: 'user=alice' })
    expect(trace.getSpanContext(ctx)).toMatchObject({ ...span, isRemote: true })
    expect(trace.getSpanContext(ctx)?.traceState?.get('foo')).toBe('1')
    expect(propagation.getBaggage(ctx)?.getEntry('user')?.value).toBe('alice')
  })

  it('extracts and injects only what it was made for', () => {
    const carrier = { traceparent: TRACEPARENT, baggage: 'user=alice' }
    const noBaggage = extract(carrier, new W3CPropagator(['tracecontext']))
    expect(propagation.getBaggage(noBaggage)).toBeUndefined()
    expect(trace.getSpanContext(noBaggage)).toBeDefined()
    const noTrace = extract(carrier, new W3CPropagator(['baggage']))
    expect(trace.getSpanContext(noTrace)).toBeUndefined()
    expect(propagation.getBaggage(noTrace)).toBeDefined()
    expect(Object.keys(inject(full, new W3CPropagator(['tracecontext'])))).toEqual([
      'traceparent',
      'tracestate',
    ])
    expect(Object.keys(inject(full, new W3CPropagator(['baggage'])))).toEqual(['baggage'])
  })

  it('returns the same context when nothing is there to extract', () => {
    for (const carrier of [
      {},
      { traceparent: 'bad', tracestate: 'foo=1', baggage: 'bad' },
      { tracestate: 'foo=1' },
      { traceparent: [], baggage: [] },
    ]) {
      expect(extract(carrier)).toBe(ROOT)
    }
    expect(both.extract(ROOT, undefined, defaultTextMapGetter)).toBe(ROOT)
  })

  it('keeps what the context had when the carrier has nothing', () => {
    const ctx = both.extract(full, {}, defaultTextMapGetter)
    expect(ctx).toBe(full)
  })

  it('refuses more than one traceparent', () => {
    expect(trace.getSpanContext(extract({ traceparent: [TRACEPARENT] }))).toBeDefined()
    expect(extract({ traceparent: [TRACEPARENT, TRACEPARENT] })).toBe(ROOT)
    expect(extract({ traceparent: [TRACEPARENT, ''] })).toBe(ROOT)
    const later = `cc-${TRACE}-${SPAN}-01-x`
    expect(extract({ traceparent: [later, later] })).toBe(ROOT)
  })

  it('joins several tracestate and baggage headers in order', () => {
    const ctx = extract({
      traceparent: TRACEPARENT,
      tracestate: ['foo=1,bar=2', '', 'baz=3'],
      baggage: ['a=1', 'b=2'],
    })
    expect(trace.getSpanContext(ctx)?.traceState?.serialize()).toBe('foo=1,bar=2,baz=3')
    expect(propagation.getBaggage(ctx)?.getAllEntries()).toHaveLength(2)
  })

  it('keeps the traceparent beside a malformed tracestate', () => {
    const ctx = extract({ traceparent: TRACEPARENT, tracestate: 'BAD=1' })
    expect(trace.getSpanContext(ctx)).toMatchObject(span)
    expect(inject(ctx)).toEqual({ traceparent: TRACEPARENT })
  })

  it('extracts into contexts of the API', () => {
    const ctx = both.extract(ROOT_CONTEXT, { traceparent: TRACEPARENT }, defaultTextMapGetter)
    expect(trace.getSpanContext(ctx)).toMatchObject(span)
  })

  it('injects what the context holds', () => {
    expect(inject()).toEqual({
      traceparent: TRACEPARENT,
      tracestate: 'foo=1,bar=2',
      baggage: 'user=Am%C3%A9lie',
    })
    expect(inject(trace.setSpanContext(ROOT, span))).toEqual({ traceparent: TRACEPARENT })
    expect(inject(propagation.setBaggage(ROOT, baggage))).toEqual({ baggage: 'user=Am%C3%A9lie' })
    expect(inject(ROOT)).toEqual({})
  })

  it('injects no trace for an invalid span context', () => {
    const traceState = createTraceState('foo=1')
    for (const invalid of [
      { ...span, traceId: '0'.repeat(32), traceState },
      { ...span, spanId: '', traceState },
    ]) {
      expect(inject(trace.setSpanContext(ROOT, invalid))).toEqual({})
    }
  })

  it('injects nothing when tracing is suppressed', () => {
    expect(inject(suppressTracing(full))).toEqual({})
  })

  it('never throws, whatever the headers', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(TRACEPARENT, 'a=1,b=2'))
    fc.assert(
      fc.property(text, text, text, (traceparent, tracestate, carried) => {
        const ctx = extract({ traceparent, tracestate, baggage: carried })
        for (const value of Object.values(inject(ctx))) expect(value).toMatch(/^[\t -~]+$/)
      }),
    )
  })
})

describe('extractHeaders', () => {
  it('reads all three headers, in any case', () => {
    const headers = new Headers({ TraceParent: TRACEPARENT, TRACESTATE: 'foo=1', Baggage: 'a=1' })
    const ctx = extractHeaders(W3C, headers, ROOT)
    expect(trace.getSpanContext(ctx)).toMatchObject({ ...span, isRemote: true })
    expect(trace.getSpanContext(ctx)?.traceState?.get('foo')).toBe('1')
    expect(propagation.getBaggage(ctx)?.getEntry('a')?.value).toBe('1')
  })

  it('returns the same context without any', () => {
    expect(extractHeaders(W3C, new Headers(), ROOT)).toBe(ROOT)
    expect(extractHeaders(W3C, new Headers({ tracestate: 'foo=1' }), ROOT)).toBe(ROOT)
  })

  it('leaves a span context without a tracestate header without a trace state', () => {
    const ctx = extractHeaders(W3C, new Headers({ traceparent: TRACEPARENT, tracestate: '' }), ROOT)
    expect(trace.getSpanContext(ctx)).not.toHaveProperty('traceState')
  })
})

describe('injectHeaders', () => {
  const injected = (ctx = full, withBaggage = true, init: Record<string, string> = {}) => {
    const headers = new Headers(init)
    injectHeaders(W3C, ctx, headers, withBaggage)
    return Object.fromEntries(headers)
  }

  it('sends baggage only when asked', () => {
    const sent = { traceparent: TRACEPARENT, tracestate: 'foo=1,bar=2' }
    expect(injected(full, false)).toEqual(sent)
    expect(injected(full, true)).toEqual({ ...sent, baggage: 'user=Am%C3%A9lie' })
  })

  it('replaces headers copied from another request, and leaves the others', () => {
    const copied = {
      traceparent: 'old',
      tracestate: 'old=1',
      baggage: 'old=1',
      accept: 'text/html',
    }
    expect(injected(trace.setSpanContext(ROOT, span), true, copied)).toEqual({
      traceparent: TRACEPARENT,
      baggage: 'old=1',
      accept: 'text/html',
    })
  })

  it('touches nothing without a valid span context or when tracing is suppressed', () => {
    const copied = { traceparent: 'old', tracestate: 'old=1' }
    expect(injected(ROOT, true, copied)).toEqual(copied)
    expect(injected(suppressTracing(full), true, copied)).toEqual(copied)
    const invalid = trace.setSpanContext(ROOT, { ...span, spanId: 'x' })
    expect(injected(invalid, true, copied)).toEqual(copied)
  })

  it('does not throw for a trace state of another library that no header can hold', () => {
    const traceState = createApiTraceState().set('a', '1\r\nx: y')
    expect(injected(trace.setSpanContext(ROOT, { ...span, traceState }))).toEqual({
      traceparent: TRACEPARENT,
    })
  })
})

describe('suppressTracing', () => {
  it('marks a context and those made from it', () => {
    expect(isTracingSuppressed(ROOT)).toBe(false)
    expect(isTracingSuppressed(suppressTracing(ROOT))).toBe(true)
    expect(isTracingSuppressed(trace.setSpanContext(suppressTracing(ROOT), span))).toBe(true)
  })

  it('shares its mark with @opentelemetry/core', () => {
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
    expect(isTracingSuppressed(ROOT_CONTEXT.setValue(key, true))).toBe(true)
    expect(isTracingSuppressed(suppressTracing(ROOT).setValue(key, false))).toBe(false)
  })
})
