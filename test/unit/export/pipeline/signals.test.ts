import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SignalName } from '../../../../src/base/signal.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { BATCH, numberExporter, numberQueue } from './support.ts'

const START_MS = 1_700_000_000_000

/** Two signals, of which the receiver of logs is away for a minute. */
const setUp = () => {
  const sent: { signal: SignalName; atMs: number }[] = []
  const exporterOf = (signal: SignalName) =>
    numberExporter(async () => {
      sent.push({ signal, atMs: Date.now() - START_MS })
      await new Promise((resolve) => setTimeout(resolve, 50))
      return signal === 'logs'
        ? { kind: 'retry', reason: 'http_503', ambiguous: false, afterMs: 15_000 }
        : { kind: 'accepted', rejected: 0 }
    })
  const traces = numberQueue('traces', { exporter: exporterOf('traces') })
  const logs = numberQueue('logs', { exporter: exporterOf('logs'), maxAttempts: 12 })
  const pipeline = new Pipeline([traces, logs] as unknown as Queue[], [], BATCH)
  logs.add(1, 10)
  void pipeline.afterRequest()
  const timesOf = (wanted: SignalName): number[] =>
    sent.flatMap(({ signal, atMs }) => (signal === wanted ? [atMs] : []))
  return { pipeline, traces, timesOf }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

it('a signal whose receiver is away does not hold up another', async () => {
  const { pipeline, traces, timesOf } = setUp()
  await vi.advanceTimersByTimeAsync(3500)
  traces.add(1, 10)
  void pipeline.afterRequest()
  await vi.advanceTimersByTimeAsync(1000)
  expect(traces.pending).toBe(0)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(timesOf('logs')).toEqual([0, 15_050])
})

it('nor make its requests more and smaller', async () => {
  const { pipeline, traces, timesOf } = setUp()
  for (let i = 0; i < 500; i++) {
    await vi.advanceTimersByTimeAsync(20)
    traces.add(1, 10)
    void pipeline.afterRequest()
  }
  expect(timesOf('traces').length).toBeLessThanOrEqual(11)
})
