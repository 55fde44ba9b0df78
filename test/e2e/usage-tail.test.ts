import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WAIT_MS = 30_000
const REQUESTS = 1000
const ROUTES = ['a', 'b', 'c', 'd'] as const

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  const vars = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }
  const at = (file: string): URL => new URL(`../workerd/tail-worker/${file}`, import.meta.url)
  worker = await startWorker({
    entry: at('app.ts'),
    vars,
    settings: { tailConsumers: [{ worker: 'tail' }] } as never,
    others: [{ entry: at('tail.ts'), name: 'tail', vars }],
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

/** CPU milliseconds of the n-th request: another for each, and of each route another sum. */
const cpuOf = (index: number): number => 1 + (index % 97)

/** By route; what has none is under ''. */
const sumsOf = (metric: string): Record<string, number> => {
  const sums: Record<string, number> = {}
  const points = sink
    .metrics()
    .filter(({ name }) => name === metric)
    .flatMap((each) => each.points)
  for (const { attributes, value } of points) {
    const route = String(attributes['http.route'] ?? '')
    sums[route] = (sums[route] ?? 0) + Number(value)
  }
  return sums
}

const total = (sums: Record<string, number>): number =>
  Object.values(sums).reduce((sum, value) => sum + value, 0)

it('of a thousand requests at once, whose lines are mixed, the CPU time of each is its route’s', async () => {
  const byHand: Record<string, number> = {}
  const asked = Array.from({ length: REQUESTS }, async (_, index) => {
    const route = ROUTES[(index * 7) % ROUTES.length]
    const cpuMs = cpuOf(index)
    const key = `/${route}/:ms`
    byHand[key] = (byHand[key] ?? 0) + cpuMs
    const response = await fetch(`${worker.url}/${route}/${(index * 13) % 40}?cpu=${cpuMs}`)
    return response.text()
  })
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['done']))

  const all = total(byHand) / 1000
  await sink.waitFor(() => total(sumsOf('hono.usage.cpu_time')) > all - 1e-6, WAIT_MS)
  const cpu = sumsOf('hono.usage.cpu_time')
  const cost = sumsOf('hono.cost')
  expect(Object.keys(cpu).toSorted()).toEqual(Object.keys(byHand).toSorted())
  for (const [route, cpuMs] of Object.entries(byHand)) {
    expect(cpu[route]).toBeCloseTo(cpuMs / 1000, 9)
    expect(cost[route]).toBeCloseTo((cpuMs * 0.02) / 1_000_000, 12)
  }
  // They did run at once: each route's lines have others between them.
  const requests = worker
    .logLines()
    .map(({ message }) => (message.startsWith('{') ? JSON.parse(message) : {}))
    .filter(({ message }) => message === 'at it')
    .map(({ request_id }) => request_id)
  const changes = requests.filter((id, index) => id !== requests[index + 1]).length
  expect(changes).toBeGreaterThan(REQUESTS)
}, 60_000)
