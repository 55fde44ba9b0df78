import {
  type Context,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ForeignSpan, OpenForeignSpan } from '../../../src/interop/foreign-span.ts'
import { SpanMirror } from '../../../src/interop/span-mirror.ts'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { SpanRecorder } from '../../../src/traces/recorder.ts'
import type { RecordingSpan } from '../../../src/traces/span.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

let sent: RecordingSpan[]
let faults: string[]
let mirror: SpanMirror
let spans = 0

const newMirror = (tail?: object): SpanMirror => {
  const { traces } = resolveConfig(
    tail ? { traces: { tail } } : {},
    () => undefined,
    () => {},
  )
  const recorder = new SpanRecorder(
    traces,
    { attributes: {} },
    { add: (span) => sent.push(span), dropped: () => {} },
    (what, error) => faults.push(`${what}: ${error}`),
    (text) => text.replace('hunter2', '***'),
  )
  return new SpanMirror(recorder)
}

beforeEach(() => {
  sent = []
  faults = []
  mirror = newMirror()
})

const foreign = (more: Partial<ForeignSpan> = {}, context: Partial<SpanContext> = {}) => {
  const spanContext: SpanContext = {
    traceId: TRACE_ID,
    spanId: (++spans).toString(16).padStart(16, '0'),
    traceFlags: TraceFlags.SAMPLED,
    ...context,
  }
  return {
    name: 'foreign',
    kind: SpanKind.INTERNAL,
    spanContext: () => spanContext,
    startTime: [1_800_000_000, 0],
    endTime: [1_800_000_000, 5e6],
    duration: [0, 5e6],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    resource: { attributes: {} },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...more,
  } as unknown as OpenForeignSpan
}

const within = (span: OpenForeignSpan): Context => trace.setSpan(ROOT_CONTEXT, span)

describe("another tracer's span", () => {
  it('is copied with all it says', () => {
    const link = { context: { traceId: TRACE_ID, spanId: '00f067aa0ba902b7', traceFlags: 1 } }
    const span = foreign({
      attributes: { a: 1 },
      links: [link],
      events: [{ time: [1_800_000_000, 1e6], name: 'happened', attributes: { b: true } }],
      status: { code: SpanStatusCode.ERROR, message: 'hunter2 was wrong' },
      instrumentationScope: { name: 'lib', version: '1' },
      droppedEventsCount: 2,
    })
    mirror.end(span)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      name: 'foreign',
      attributes: { a: 1 },
      status: { code: SpanStatusCode.ERROR, message: '*** was wrong' },
      instrumentationScope: { name: 'lib', version: '1' },
      droppedEventsCount: 2,
      startTime: [1_800_000_000, 0],
      endTime: [1_800_000_000, 5e6],
    })
    expect(sent[0]?.links[0]?.context).toEqual(link.context)
    expect(sent[0]?.events[0]).toMatchObject({ name: 'happened', attributes: { b: true } })
    expect(sent[0]?.spanContext()).toEqual(span.spanContext())
  })

  it('is not sent when its tracer did not sample it', () => {
    mirror.end(foreign({}, { traceFlags: TraceFlags.NONE }))
    expect(sent).toEqual([])
  })

  it('is sent all the same when the tail decision says so, with its children', () => {
    mirror = newMirror({ errors: true })
    const root = foreign({ status: { code: SpanStatusCode.ERROR } }, { traceFlags: 0 })
    const child = foreign({}, { traceFlags: 0 })
    mirror.start(root, ROOT_CONTEXT)
    mirror.start(child, within(root))
    mirror.end(child)
    mirror.end(root)
    expect(sent.map((span) => span.spanContext().spanId)).toEqual([
      child.spanContext().spanId,
      root.spanContext().spanId,
    ])
    expect(root.spanContext().traceFlags).toBe(0)
  })

  it.each([
    [
      'SDK 2.x',
      { parentSpanContext: { traceId: TRACE_ID, spanId: '00f067aa0ba902b7', traceFlags: 1 } },
    ],
    ['SDK 1.x', { parentSpanId: '00f067aa0ba902b7' }],
  ])('has its parent, told as by %s', (_version, more) => {
    mirror.end(foreign(more))
    expect(sent[0]?.parentSpanContext).toMatchObject({
      traceId: TRACE_ID,
      spanId: '00f067aa0ba902b7',
    })
  })

  it('loses secrets in what exceptions say', () => {
    mirror.end(
      foreign({
        events: [
          { time: [1, 0], name: 'exception', attributes: { 'exception.message': 'hunter2' } },
        ],
      }),
    )
    expect(sent[0]?.events[0]?.attributes).toEqual({ 'exception.message': '***' })
  })

  it('that cannot be read is reported, and sent as far as it could', () => {
    const broken = foreign()
    Object.defineProperty(broken, 'events', { get: () => Promise.reject })
    Object.defineProperty(broken, 'links', {
      get: () => {
        throw new Error('no links')
      },
    })
    mirror.end(broken)
    expect(faults).toHaveLength(1)
    expect(sent).toHaveLength(1)
  })
})

describe('spans that nobody ends', () => {
  it('are sent, marked, when their root has ended and nobody waits any longer', () => {
    const root = foreign()
    const open = foreign({ name: 'open', attributes: { step: 1 }, ended: false })
    mirror.start(root, ROOT_CONTEXT)
    mirror.start(open, within(root))
    mirror.abandonLate(TRACE_ID)
    expect(sent).toEqual([])
    mirror.end(root)
    mirror.abandonLate('f'.repeat(32))
    expect(sent).toHaveLength(1)
    mirror.abandonLate(TRACE_ID)
    expect(sent[1]).toMatchObject({
      name: 'open',
      attributes: { step: 1, 'hono.incomplete': true },
    })
    mirror.end(open)
    expect(sent).toHaveLength(2)
  })

  it('of one invocation are not taken for those of another in the same trace', () => {
    const [first, second] = [foreign(), foreign()]
    mirror.start(first, ROOT_CONTEXT)
    mirror.start(second, ROOT_CONTEXT)
    mirror.end(first)
    mirror.abandonLate(TRACE_ID)
    expect(sent).toHaveLength(1)
  })

  it('do not pile up: the oldest are sent as they are', () => {
    for (let i = 0; i < 1010; i++) {
      mirror.start(foreign({ ended: false }), ROOT_CONTEXT)
    }
    expect(sent).toHaveLength(10)
    expect(sent[0]?.attributes).toEqual({ 'hono.incomplete': true })
  })
})
