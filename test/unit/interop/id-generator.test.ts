import { ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { setUpTracer } from '../traces/support.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'

const generator = (traceId: string, spanId: string) => ({
  generateTraceId: () => traceId,
  generateSpanId: () => spanId,
})

describe('traces.idGenerator', () => {
  it('makes the ids of a root, which are not said to be random', () => {
    const { tracer } = setUpTracer({ idGenerator: generator(TRACE_ID, SPAN_ID) })
    expect(tracer.startSpan('root', {}, ROOT_CONTEXT).spanContext()).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
    })
  })

  it('is not asked for the trace id of a child', () => {
    const parent = { traceId: 'f'.repeat(32), spanId: 'f'.repeat(16), traceFlags: 3 }
    const { tracer, faults } = setUpTracer({
      idGenerator: {
        generateTraceId: () => {
          throw new Error('not for a child')
        },
        generateSpanId: () => SPAN_ID,
      },
    })
    const context = trace.setSpanContext(ROOT_CONTEXT, parent)
    expect(tracer.startSpan('child', {}, context).spanContext()).toEqual({
      traceId: parent.traceId,
      spanId: SPAN_ID,
      traceFlags: 3,
    })
    expect(faults).toEqual([])
  })

  it.each([
    ['illegal', generator('not hex', '0'.repeat(16)), 0],
    [
      'thrown',
      {
        generateTraceId: () => {
          throw new Error('empty')
        },
        generateSpanId: () => SPAN_ID,
      },
      1,
    ],
  ])('that is %s is replaced by random ids', (_what, idGenerator, faultCount) => {
    const { tracer, faults } = setUpTracer({ idGenerator })
    const { traceId, spanId } = tracer.startSpan('root', {}, ROOT_CONTEXT).spanContext()
    expect(traceId).toMatch(/^[\da-f]{32}$/)
    expect(spanId).toMatch(/^(?!0{16})[\da-f]{16}$/)
    expect(faults).toHaveLength(faultCount)
  })
})
