import { expect, it } from 'vitest'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const at = (file: string): URL =>
  new URL(`../../workerd/classes-worker/${file}.ts`, import.meta.url)

interface Snapshot {
  resources: {
    metrics: {
      name: string
      points: { attributes: Record<string, unknown>; value: number }[]
    }[]
  }[]
}

/** A Worker that fails, and the tail Worker that is told; the aggregator is in one of them. */
const start = (aggregatorIn: 'worker' | 'tail'): Promise<RunningWorker> => {
  const bindings = {
    METRICS: { type: 'durable-object', worker: aggregatorIn, exportName: 'MetricsAggregator' },
  } as never
  const exports = { MetricsAggregator: { type: 'durable-object', storage: 'sqlite' } } as never
  return startWorker({
    entry: at('fails'),
    bindings,
    settings: { exports, tailConsumers: [{ worker: 'tail' }] } as never,
    others: [{ entry: at('tail-to-aggregator'), name: 'tail', bindings, settings: { exports } }],
  })
}

/** Invocations that the aggregator has counted, all or those with one outcome. */
const counted = async ({ url }: RunningWorker, outcome?: string): Promise<number> => {
  const { resources } = (await (await fetch(`${url}/snapshot`)).json()) as Snapshot
  return resources
    .flatMap(({ metrics }) => metrics)
    .filter(({ name }) => name === 'hono.tail.invocations')
    .flatMap(({ points }) => points)
    .filter(({ attributes }) => !outcome || attributes['hono.tail.outcome'] === outcome)
    .reduce((sum, { value }) => sum + value, 0)
}

const callThrice = async ({ url }: RunningWorker): Promise<void> => {
  for (const path of ['throw', 'fail', 'throw']) await fetch(`${url}/${path}`)
}

it('adds up what a tail Worker counts of another in the aggregator', async () => {
  const worker = await start('tail')
  try {
    await callThrice(worker)
    await expect.poll(() => counted(worker, 'exception'), { timeout: 10_000 }).toBe(2)
  } finally {
    await worker.stop()
  }
})

it('does not go round in circles when the aggregator is in the Worker that is tailed', async () => {
  const worker = await start('worker')
  try {
    await callThrice(worker)
    await expect.poll(() => counted(worker, 'exception'), { timeout: 10_000 }).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const before = await counted(worker)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    // The request that asked before, the call of the object that it made, and perhaps its alarm.
    expect((await counted(worker)) - before).toBeLessThanOrEqual(3)
  } finally {
    await worker.stop()
  }
})
