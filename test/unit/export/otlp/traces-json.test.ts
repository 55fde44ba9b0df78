import type { Attributes } from '@opentelemetry/api'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../../src/context/context.ts'
import { createTraceState } from '../../../../src/context/tracestate.ts'
import { encodeTraces } from '../../../../src/export/json/traces.ts'
import { encodeAttributes } from '../../../../src/export/json/values.ts'
import type { RecordingSpan } from '../../../../src/traces/span.ts'
import { decodeJson } from '../../../support/otlp-decoder.ts'
import { setUpTracer } from '../../traces/support.ts'
import { anyAttributes } from './any-value.ts'

const RESOURCE = `{"attributes":${encodeAttributes({ 'service.name': 'test' })}}`

const roundTrip = (attributes: Attributes) => {
  const { tracer, kept } = setUpTracer()
  tracer.startSpan('a', { attributes }, ROOT).end()
  const span = decodeJson('traces', encodeTraces(RESOURCE, kept))[0]
  return span?.attributes
}

/** What a receiver must see of a value that was set. */
const received = (value: unknown): unknown => {
  if (typeof value === 'string') {
    return value.toWellFormed()
  }
  if (typeof value === 'bigint') {
    return BigInt.asIntN(64, value) !== value
      ? String(value)
      : Number.isSafeInteger(Number(value))
        ? Number(value)
        : value
  }
  if (value instanceof Uint8Array) {
    return value
  }
  if (Array.isArray(value)) {
    return value.map((item) => (item === undefined ? null : received(item)))
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== null && item !== undefined)
        .map(([key, item]) => [key.toWellFormed(), received(item)]),
    )
  }
  return value
}

describe('attributes', () => {
  it('arrive as they were set, whatever they are', () => {
    fc.assert(
      fc.property(anyAttributes, (attributes) => {
        expect(roundTrip(attributes as Attributes)).toEqual(received(attributes))
      }),
      { numRuns: 2000 },
    )
  })

  it('keep the numbers that JSON loses', () => {
    const values = roundTrip({
      nan: Number.NaN,
      inf: Infinity,
      ninf: -Infinity,
      zero: -0,
      big: 2 ** 63,
      int: 42,
      half: 0.5,
    })
    expect(values).toEqual({
      nan: Number.NaN,
      inf: Infinity,
      ninf: -Infinity,
      zero: -0,
      big: 2 ** 63,
      int: 42,
      half: 0.5,
    })
  })

  it('keep null and empty arrays in their places, and leave out null attributes', () => {
    expect(roundTrip({ a: [null, 'x'] as never, b: [], c: null as never, d: undefined })).toEqual({
      a: [null, 'x'],
      b: [],
    })
  })
})

describe('a request', () => {
  it('groups spans by scope and says everything about them', () => {
    const { tracer, kept } = setUpTracer()
    const remote = trace.setSpanContext(ROOT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 3,
      isRemote: true,
      traceState: createTraceState('vendor=1'),
    })
    const server = tracer.startSpan('GET /', { kind: SpanKind.SERVER }, remote)
    const child = tracer.startSpan(
      'child',
      { kind: SpanKind.CLIENT, startTime: [1_700_000_000, 123_456_000] },
      trace.setSpan(remote, server),
    )
    child.addEvent('happened', { 'event.n': 1 }, [1_700_000_000, 200_000_000])
    child.addLink({ context: server.spanContext(), attributes: { why: 'test' } })
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'bad "luck"' })
    child.end([1_700_000_000, 500_000_000])
    server.end()
    const [c, s] = decodeJson('traces', encodeTraces(RESOURCE, kept))
    expect(s).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentSpanId: 'b7ad6b7169203331',
      traceState: 'vendor=1',
      kind: 2,
      flags: 0x303,
      status: { code: 0 },
    })
    expect(c).toMatchObject({
      parentSpanId: s?.spanId,
      kind: 3,
      flags: 0x103,
      startTimeUnixNano: 1_700_000_000_123_456_000n,
      endTimeUnixNano: 1_700_000_000_500_000_000n,
      status: { code: 2, message: 'bad "luck"' },
      events: [{ name: 'happened', attributes: { 'event.n': 1 } }],
      links: [{ spanId: s?.spanId, attributes: { why: 'test' } }],
    })
  })

  it('counts what limits cut', () => {
    const { tracer, kept } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    for (let i = 0; i < 130; i++) {
      span.setAttribute(`k${i}`, i).addEvent('e').addLink({ context: span.spanContext() })
    }
    span.end()
    expect(decodeJson('traces', encodeTraces(RESOURCE, kept))[0]).toMatchObject({
      droppedAttributesCount: 2,
      droppedEventsCount: 2,
      droppedLinksCount: 2,
    })
  })

  it('stays valid for times that no clock should give', () => {
    const { tracer, kept } = setUpTracer()
    for (const time of [new Date(Number.NaN), -5, 8.64e15, 1e300, Number.NaN]) {
      tracer.startSpan('a', { startTime: time as number }, ROOT).end(time as number)
    }
    expect(() =>
      decodeJson('traces', encodeTraces(RESOURCE, kept as RecordingSpan[])),
    ).not.toThrow()
  })
})
