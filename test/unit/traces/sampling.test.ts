import { SamplingDecision, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'
import { createTraceState } from '../../../src/context/tracestate.ts'
import type { RecordingSpan } from '../../../src/traces/span.ts'
import { setUpTracer } from './support.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

const remote = (traceFlags: number, traceState?: string, traceId = TRACE_ID) =>
  trace.setSpanContext(ROOT, {
    traceId,
    spanId: 'b7ad6b7169203331',
    traceFlags,
    isRemote: true,
    ...(traceState !== undefined && { traceState: createTraceState(traceState) }),
  })

describe('parentbased samplers', () => {
  it('follow the parent, whatever they say of new traces', () => {
    for (const sampler of ['parentbased_always_on', 'parentbased_always_off'] as const) {
      const { tracer } = setUpTracer({ sampler })
      expect(tracer.startSpan('a', {}, remote(1)).isRecording()).toBe(true)
      expect(tracer.startSpan('a', {}, remote(0)).isRecording()).toBe(false)
      expect(tracer.startSpan('a', {}, ROOT).isRecording()).toBe(sampler.endsWith('on'))
    }
  })

  it('an unsampled span still has an id of its own and hands the decision on', () => {
    const { tracer } = setUpTracer()
    const context = tracer.startSpan('a', {}, remote(0)).spanContext()
    expect(context.traceId).toBe(TRACE_ID)
    expect(context.spanId).not.toBe('b7ad6b7169203331')
    expect(context.traceFlags & TraceFlags.SAMPLED).toBe(0)
  })
})

describe('the ratio sampler', () => {
  it('keeps the share it is asked for', () => {
    for (const ratio of [0, 0.1, 0.5, 1]) {
      const { tracer } = setUpTracer({ sampler: 'traceidratio', ratio })
      let kept = 0
      for (let i = 0; i < 4000; i++) {
        kept += tracer.startSpan('a', {}, ROOT).isRecording() ? 1 : 0
      }
      expect(Math.abs(kept / 4000 - ratio)).toBeLessThan(ratio % 1 === 0 ? 1e-9 : 0.04)
    }
  })

  it('writes its threshold, and the thresholds of the specification', () => {
    const states = ([1, 0.5, 0.25, 0.0625] as const).map((ratio) => {
      const { tracer } = setUpTracer({ sampler: 'traceidratio', ratio })
      return tracer
        .startSpan('a', {}, remote(1, '', `${'0'.repeat(18)}${'f'.repeat(14)}`))
        .spanContext()
        .traceState?.serialize()
    })
    expect(states).toEqual(['ot=th:0', 'ot=th:8', 'ot=th:c', 'ot=th:f'])
  })

  it('decides by the explicit randomness when there is one, and keeps it', () => {
    const { tracer } = setUpTracer({ sampler: 'traceidratio', ratio: 0.5 })
    const high = tracer.startSpan('a', {}, remote(1, 'ot=rv:80000000000000;x:y,v=1'))
    expect(high.isRecording()).toBe(true)
    expect(high.spanContext().traceState?.serialize()).toBe('ot=th:8;rv:80000000000000;x:y,v=1')
    const low = tracer.startSpan('a', {}, remote(1, 'ot=th:0;rv:7fffffffffffff'))
    expect(low.isRecording()).toBe(false)
    expect(low.spanContext().traceState?.serialize()).toBe('ot=rv:7fffffffffffff')
  })

  it('is consistent: what a lower ratio keeps, a higher one keeps too', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.stringMatching(/^[\da-f]{32}$/),
        (a, b, traceId) => {
          fc.pre(!/^0+$/.test(traceId))
          const keeps = (ratio: number) =>
            setUpTracer({ sampler: 'traceidratio', ratio })
              .tracer.startSpan('a', {}, remote(1, undefined, traceId))
              .isRecording()
          return !keeps(Math.min(a, b)) || keeps(Math.max(a, b))
        },
      ),
    )
  })
})

describe("a user's sampler", () => {
  it('decides, adds attributes, and when it throws the span is not recorded', () => {
    const { tracer, kept } = setUpTracer({
      sampler: {
        shouldSample: (_context, _traceId, name) => {
          if (name === 'throw') {
            throw new Error('broken sampler')
          }
          return { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes: { by: name } }
        },
        toString: () => 'test',
      },
    })
    tracer.startSpan('a', {}, ROOT).end()
    tracer.startSpan('throw', {}, ROOT).end()
    expect(kept.map(({ attributes }) => attributes)).toEqual([{ by: 'a' }])
  })

  it('may record without sampling: processors see the span, the exporter does not', () => {
    let seen = 0
    const { tracer, kept } = setUpTracer({
      sampler: {
        shouldSample: () => ({ decision: SamplingDecision.RECORD }),
        toString: () => 'test',
      },
      processors: [
        {
          onStart() {},
          onEnd: () => void seen++,
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    })
    const span = tracer.startSpan('a', {}, ROOT)
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
    expect([seen, kept.length]).toEqual([1, 0])
  })
})

describe('the tail decision', () => {
  const trip = (
    { tracer }: ReturnType<typeof setUpTracer>,
    { fail = false, durationMs = 10, context = ROOT } = {},
  ) => {
    const root = tracer.startSpan('root', { startTime: 1_700_000_000_000 }, context)
    const child = tracer.startSpan('child', {}, trace.setSpan(context, root))
    if (fail) {
      child.setStatus({ code: SpanStatusCode.ERROR })
    }
    child.end()
    root.end(1_700_000_000_000 + durationMs)
    return tracer.startSpan('late', {}, trace.setSpan(context, root))
  }

  it('keeps whole traces with an error or a slow request, and drops the rest', () => {
    const setup = setUpTracer({ sampler: 'parentbased_always_off', tail: { slowMs: 500 } })
    trip(setup)
    expect(setup.kept).toHaveLength(0)
    trip(setup, { fail: true })
    expect(setup.kept.map(({ name }) => name)).toEqual(['child', 'root'])
    trip(setup, { durationMs: 500 })
    expect(setup.kept).toHaveLength(4)
    expect(setup.kept.every((span) => span.spanContext().traceFlags & TraceFlags.SAMPLED)).toBe(
      true,
    )
  })

  it('is followed by spans that end after it', () => {
    const setup = setUpTracer({ sampler: 'parentbased_always_off', tail: {} })
    trip(setup, { fail: true }).end()
    trip(setup).end()
    expect(setup.kept.map(({ name }) => name)).toEqual(['child', 'root', 'late'])
  })

  it('leaves nothing waiting, however many spans come after it', () => {
    const { tracer } = setUpTracer({ sampler: 'parentbased_always_off', tail: {} })
    const root = tracer.startSpan('root', {}, ROOT) as RecordingSpan
    root.end()
    for (let i = 0; i < 10; i++) {
      tracer.startSpan('late', {}, trace.setSpan(ROOT, root)).end()
    }
    expect(root.localTrace.waiting).toBeUndefined()
  })

  it('asks the predicate, whose throw counts as no', () => {
    const setup = setUpTracer({
      sampler: 'parentbased_always_off',
      tail: {
        errors: false,
        keep: (span) => {
          if (span.duration[1] > 5e8) {
            throw new Error('broken predicate')
          }
          return span.duration[1] > 1e8
        },
      },
    })
    trip(setup, { fail: true })
    trip(setup, { durationMs: 200 })
    trip(setup, { durationMs: 900 })
    expect(setup.kept).toHaveLength(2)
    expect(setup.faults).toEqual(['traces.tail.keep: Error: broken predicate'])
  })

  it('does not overrule the sampler when that keeps', () => {
    const setup = setUpTracer({ sampler: 'parentbased_always_off', tail: {} })
    trip(setup, { context: remote(1) })
    expect(setup.kept).toHaveLength(2)
  })

  it('holds no more than a thousand spans of one trace, and counts the rest', () => {
    const { tracer, kept, dropped } = setUpTracer({ sampler: 'always_off', tail: {} })
    const root = tracer.startSpan('root', {}, ROOT)
    for (let i = 0; i < 1005; i++) {
      tracer.startSpan('child', {}, trace.setSpan(ROOT, root)).end()
    }
    root.setStatus({ code: SpanStatusCode.ERROR })
    root.end()
    expect([kept.length, dropped.length]).toEqual([1001, 5])
  })
})
