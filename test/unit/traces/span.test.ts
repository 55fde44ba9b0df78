import { type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'
import { suppressTracing } from '../../../src/context/suppress.ts'
import { recordFailure } from '../../../src/traces/failure.ts'
import { RecordingSpan } from '../../../src/traces/span.ts'
import { LIMITS, setUpTracer } from './support.ts'

const read = (span: Span): RecordingSpan => {
  expect(span).toBeInstanceOf(RecordingSpan)
  return span as RecordingSpan
}

describe('a span', () => {
  it('without a parent starts a random, sampled trace', () => {
    const { tracer } = setUpTracer()
    const a = tracer.startSpan('a', {}, ROOT).spanContext()
    const b = tracer.startSpan('b', {}, ROOT).spanContext()
    expect(a.traceId).toMatch(/^[\da-f]{32}$/)
    expect(a.spanId).toMatch(/^[\da-f]{16}$/)
    expect(a.traceFlags).toBe(TraceFlags.SAMPLED | 2)
    expect(a.traceId).not.toBe(b.traceId)
  })

  it('with a parent joins its trace', () => {
    const { tracer, kept } = setUpTracer()
    const parent = tracer.startSpan('parent', {}, ROOT)
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT, parent))
    child.end()
    parent.end()
    expect(child.spanContext().traceId).toBe(parent.spanContext().traceId)
    expect(kept.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['child', parent.spanContext().spanId],
      ['parent', undefined],
    ])
  })

  it('is recorded by whoever records its parent, whichever tracer makes it', () => {
    const first = setUpTracer()
    const second = setUpTracer()
    const parent = first.tracer.startSpan('parent', {}, ROOT)
    second.tracer.startSpan('child', {}, trace.setSpan(ROOT, parent)).end()
    expect([first.kept.length, second.kept.length]).toEqual([1, 0])
  })

  it('asked to be a root ignores the active span', () => {
    const { tracer } = setUpTracer()
    const parent = tracer.startSpan('parent', {}, ROOT)
    const root = tracer.startSpan('root', { root: true }, trace.setSpan(ROOT, parent))
    expect(root.spanContext().traceId).not.toBe(parent.spanContext().traceId)
    expect(read(root).parentSpanContext).toBeUndefined()
  })

  it('is not recorded where tracing is suppressed', () => {
    const { tracer } = setUpTracer()
    expect(tracer.startSpan('a', {}, suppressTracing(ROOT)).isRecording()).toBe(false)
  })

  it('ends once, and nothing changes it afterwards', () => {
    const { tracer, kept } = setUpTracer()
    const span = tracer.startSpan('a', { startTime: 1_700_000_000_000 }, ROOT)
    span.setAttribute('k', 1)
    span.end(1_700_000_000_010)
    span.end(1_700_000_000_999)
    span.setAttribute('k', 2).setAttributes({ l: 3 }).addEvent('late').updateName('b')
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.recordException(new Error('late'))
    expect(span.isRecording()).toBe(false)
    expect(kept).toHaveLength(1)
    expect(kept[0]).toMatchObject({
      name: 'a',
      attributes: { k: 1 },
      events: [],
      status: { code: SpanStatusCode.UNSET },
      duration: [0, 10_000_000],
    })
  })

  it('never ends before it starts', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', { startTime: 1_700_000_000_500 }, ROOT)
    span.end(1_700_000_000_000)
    expect(read(span).duration).toEqual([0, 0])
  })

  it('takes times in every form the API has', () => {
    const { tracer } = setUpTracer()
    const start = (startTime: number | Date | [number, number]) =>
      read(tracer.startSpan('a', { startTime }, ROOT)).startTime
    expect(start(1_700_000_000_123)).toEqual([1_700_000_000, 123_000_000])
    expect(start(new Date(1_700_000_000_123))).toEqual([1_700_000_000, 123_000_000])
    expect(start([1_700_000_000, 123_456_000])).toEqual([1_700_000_000, 123_456_000])
    const [seconds] = start(performance.now())
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5)
  })

  it('keeps the first final status: Ok stays, Unset changes nothing', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'bad' })
    span.setStatus({ code: SpanStatusCode.UNSET })
    expect(read(span).status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad' })
    span.setStatus({ code: SpanStatusCode.OK, message: 'ignored' })
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'worse' })
    expect(read(span).status).toEqual({ code: SpanStatusCode.OK })
  })

  it('tells attributes from a time when adding an event', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    span.addEvent('plain')
    span.addEvent('at', 1_700_000_000_000)
    span.addEvent('with', { k: 'v' }, [1_700_000_001, 0])
    expect(read(span).events.slice(1)).toEqual([
      { name: 'at', time: [1_700_000_000, 0], attributes: {}, droppedAttributesCount: 0 },
      { name: 'with', time: [1_700_000_001, 0], attributes: { k: 'v' }, droppedAttributesCount: 0 },
    ])
  })

  it('drops a link that no receiver could read, and counts it', () => {
    const { tracer, kept } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    span.addLink(undefined as never)
    span.addLink({} as never)
    span.addLink({ context: { traceId: 'not hex', spanId: '1', traceFlags: 0 } })
    span.addLink({ context: span.spanContext() })
    span.end()
    expect(kept[0]?.links).toHaveLength(1)
    expect(kept[0]?.droppedLinksCount).toBe(3)
  })

  it('carries links, kinds and start attributes', () => {
    const { tracer } = setUpTracer()
    const target = tracer.startSpan('target', {}, ROOT).spanContext()
    const span = tracer.startSpan(
      'a',
      { kind: SpanKind.PRODUCER, attributes: { k: true }, links: [{ context: target }] },
      ROOT,
    )
    span.addLink({ context: target, attributes: { l: 1 } })
    expect(read(span)).toMatchObject({
      kind: SpanKind.PRODUCER,
      attributes: { k: true },
      links: [{ context: target }, { context: target, attributes: { l: 1 } }],
    })
  })

  it('keeps secrets out of what exceptions say', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    recordFailure(span, new Error('wrong password hunter2'))
    const { status, events } = read(span)
    expect(status.message).toBe('wrong password [REDACTED]')
    expect(events[0]?.attributes).toMatchObject({
      'exception.message': 'wrong password [REDACTED]',
    })
    expect(JSON.stringify(events)).not.toContain('hunter2')
  })

  it('records hostile exceptions without throwing', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT)
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no')
      },
    })
    for (const thrown of [hostile, null, undefined, 7, Symbol('s'), { name: 3 }, 'text']) {
      span.recordException(thrown as never)
    }
    expect(read(span).events).toHaveLength(7)
    expect(read(span).events[6]?.attributes).toMatchObject({
      'exception.type': 'string',
      'exception.message': 'text',
    })
  })
})

describe('limits', () => {
  const setUpLimited = () =>
    setUpTracer({
      limits: {
        ...LIMITS,
        attributeCount: 2,
        attributeValueLength: 5,
        eventCount: 1,
        linkCount: 1,
      },
    })

  it('cut long strings, also inside arrays and maps', () => {
    const { tracer } = setUpLimited()
    const span = tracer.startSpan('a', {}, ROOT) as RecordingSpan
    span.setAttribute('s', 'abcdefgh').setAttribute('l', ['abcdefgh', { k: 'abcdefgh' }])
    expect(span.attributes).toEqual({ s: 'abcde', l: ['abcde', { k: 'abcde' }] })
  })

  it('count what does not fit; an existing key still changes', () => {
    const { tracer } = setUpLimited()
    const span = tracer.startSpan('a', { attributes: { a: 1, b: 2, c: 3 } }, ROOT)
    span.setAttribute('a', 9).setAttribute('d', 4)
    const target = span.spanContext()
    span.addEvent('1').addEvent('2').addLink({ context: target }).addLink({ context: target })
    expect(read(span)).toMatchObject({
      attributes: { a: 9, b: 2 },
      droppedAttributesCount: 2,
      droppedEventsCount: 1,
      droppedLinksCount: 1,
    })
  })

  it('hold against a hundred thousand attributes and endless nesting', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT) as RecordingSpan
    for (let i = 0; i < 100_000; i++) {
      span.setAttribute(`k${i}`, i)
    }
    const cyclic: unknown[] = []
    cyclic.push(cyclic, cyclic, cyclic)
    span.setAttribute('k0', cyclic)
    expect(Object.keys(span.attributes)).toHaveLength(128)
    expect(span.droppedAttributesCount).toBe(100_000 - 128)
    expect(JSON.stringify(span.attributes.k0).length).toBeLessThan(10_000)
  })

  it('treat names of prototypes as ordinary keys', () => {
    const { tracer } = setUpTracer()
    const span = tracer.startSpan('a', {}, ROOT) as RecordingSpan
    span.setAttribute('__proto__', 'x').setAttribute('constructor', 'y')
    expect(Object.entries(span.attributes)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  it('copy values, so that later changes do not show', () => {
    const { tracer } = setUpTracer()
    const list = ['a']
    const span = tracer.startSpan('a', { attributes: { list } }, ROOT) as RecordingSpan
    list.push('b')
    expect(span.attributes.list).toEqual(['a'])
  })
})

describe('processors', () => {
  it('see start, ending and end of recorded spans, and cannot break the app', () => {
    const calls: string[] = []
    const { tracer, kept, faults } = setUpTracer({
      processors: [
        {
          onStart: (span) => void calls.push(`start ${span.name}`),
          onEnding: (span) => void span.setAttribute('ending', true),
          onEnd: (span) => void calls.push(`end ${span.name} ${span.attributes.ending}`),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
        {
          onStart() {
            throw new Error('broken')
          },
          onEnd() {},
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    })
    tracer.startSpan('a', {}, ROOT).end()
    expect(calls).toEqual(['start a', 'end a true'])
    expect(faults).toEqual(['a span processor: Error: broken'])
    expect(kept).toHaveLength(1)
  })
})
