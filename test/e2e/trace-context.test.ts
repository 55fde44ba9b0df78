import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSpans, type DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type Case, PARENT_ID, shortcomings } from '../support/trace-context-cases.ts'
import {
  startTraceContextHarness,
  type TraceContextHarness,
} from '../support/trace-context-harness.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'
import { advancedCases, specificationCases } from './trace-context/further-cases.ts'
import { traceparentCases } from './trace-context/traceparent-cases.ts'
import { tracestateCases } from './trace-context/tracestate-cases.ts'

let sink: Sink
let worker: RunningWorker
let harness: TraceContextHarness

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('trace-context/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
  harness = await startTraceContextHarness(`${worker.url}/trace-context`)
})

afterAll(async () => {
  await harness?.close()
  await worker?.stop()
  await sink?.close()
})

async function run({ exchanges }: Case): Promise<void> {
  for (const { headers, count, expect: expected } of exchanges) {
    const callbacks = await harness.propagate(headers, count)
    expect(shortcomings(callbacks, expected), JSON.stringify(headers)).toEqual([])
  }
}

describe('W3C Trace Context, as the official harness tests it', () => {
  const cases = [...traceparentCases, ...tracestateCases, ...advancedCases]

  it('has all 41 tests', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(41)
  })

  it.each(cases)('$name', run)
})

describe('W3C Trace Context, beyond the official harness', () => {
  it.each(specificationCases)('$name', run)

  it('exports the span whose id was sent, under the span that the caller named', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const [callback] = await harness.propagate([['traceparent', `00-${traceId}-${PARENT_ID}-01`]])
    const spans = (): DecodedSpan[] => sink.spans().filter((span) => span.traceId === traceId)
    await sink.waitFor(() => spans().length >= 2)
    expect(checkSpans(spans())).toEqual([])
    expect(spans()).toHaveLength(2)
    const server = spans().find((span) => span.kind === 2)
    const client = spans().find((span) => span.kind === 3)
    expect(server).toMatchObject({ parentSpanId: PARENT_ID, flags: 0x301 })
    expect(client).toMatchObject({
      spanId: callback?.traceparent.parentId,
      parentSpanId: server?.spanId,
      flags: 0x101,
    })
  })
})
