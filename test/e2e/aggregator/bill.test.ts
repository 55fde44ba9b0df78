import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulate } from '../../../bench/aggregator/simulate.ts'
import { GROUP_MS, MIN_OTHERS } from '../../../src/aggregator/group.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const entry = new URL('bill-worker.ts', import.meta.url)
const METRICS = { type: 'durable-object', worker: 'worker', exportName: 'Metrics' } as const
const ISOLATES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const INTERVAL_MS = 2000

let worker: RunningWorker

beforeAll(async () => {
  const vars = { OTEL_METRIC_EXPORT_INTERVAL: INTERVAL_MS }
  const services = ISOLATES.map(
    (name) => [`ISOLATE_${name}`, { type: 'worker', worker: name }] as const,
  )
  worker = await startWorker({
    entry,
    vars,
    bindings: { METRICS, ...Object.fromEntries(services) } as never,
    settings: { exports: { Metrics: { type: 'durable-object', storage: 'sqlite' } } },
    others: ISOLATES.map((name) => ({ entry, name, vars, bindings: { METRICS } })),
  } as never)
})

afterAll(() => worker?.stop())

const numberOf = (text: string, pattern: RegExp): number =>
  [...text.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0)

describe('the simulation of what the aggregator costs', () => {
  it('is right about pushes and rows on a local workerd', { timeout: 300_000 }, async () => {
    const startMs = performance.now()
    let requests = 0
    // At random, to each isolate by itself.
    await Promise.all(
      ISOLATES.map(async (name) => {
        for (let i = 0; i < 60; i++) {
          const response = await fetch(`${worker.url}/isolate/${name}`)
          expect(response.status).toBe(200)
          requests++
          await sleep(-Math.log(1 - Math.random()) * 200)
        }
      }),
    )
    const seconds = (performance.now() - startMs) / 1000
    let text = ''
    await expect
      .poll(
        async () => {
          text = await (await fetch(`${worker.url}/metrics`)).text()
          return numberOf(text, /^http_server_request_duration_seconds_count\{.*\} (\d+)$/gm)
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(requests)
    const pushes = numberOf(text, /aggregator_pushes_total\{.*outcome="new".*\} (\d+)$/gm)
    const rows = (await (await fetch(`${worker.url}/rows`)).json()) as number
    const simulated = simulate({
      requestsPerSecond: requests / seconds,
      isolates: ISOLATES.length,
      objects: 1,
      intervalMs: INTERVAL_MS,
      evictAfterMs: 60_000,
      seconds,
      seed: 7,
      groupMs: GROUP_MS,
      minOthers: MIN_OTHERS,
    })
    console.log({ seconds, requests, pushes, rows, simulated })
    // Registering the shard and looking about once a second take their part.
    expect(pushes / simulated.pushes).toBeGreaterThan(0.6)
    expect(pushes / simulated.pushes).toBeLessThan(1.4)
    expect(rows).toBeLessThanOrEqual(pushes)
    expect(rows / simulated.rows).toBeGreaterThan(0.5)
    expect(rows / simulated.rows).toBeLessThan(2)
    // What it was before: a push and a row about once a second.
    expect(pushes).toBeLessThan((seconds * ISOLATES.length) / 1.5)
  })
})
