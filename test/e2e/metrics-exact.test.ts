import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const ISOLATES = 4
const REQUESTS = 5_000
const CLIENTS = 32

/** Three routes and a 404, each with its share of the requests. */
const ROUTES = [
  { path: '/orders/7', route: '/orders/:id', status: '200', every: 2 },
  { path: '/denied/7', route: '/denied/:id', status: '403', every: 4 },
  { path: '/nothing', route: undefined, status: '404', every: 4 },
]

const pathOf = (i: number): string =>
  i % 2 === 0 ? '/orders/7' : i % 4 === 1 ? '/denied/7' : '/nothing'

interface Series {
  labels: Record<string, string>
  value: number
}

/** One metric's series of the Prometheus text format. */
const parse = (text: string, name: string): Series[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .map((line) => {
      const end = line.lastIndexOf('}')
      const labels = [...line.slice(0, end).matchAll(/(\w+)="([^"]*)"/g)]
      return {
        labels: Object.fromEntries(labels.map(([, key, value]) => [key, value])),
        value: Number(line.slice(end + 1)),
      }
    })

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink({ respond: () => (Math.random() < 0.2 ? { status: 503 } : {}) })
  worker = await startWorker({
    entry: new URL('./metrics-exact/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_METRIC_EXPORT_INTERVAL: 1000 },
    bindings: { METRICS: { type: 'durable-object', worker: 'worker', exportName: 'Metrics' } },
    settings: { exports: { Metrics: { type: 'durable-object', storage: 'sqlite' } } },
  } as never)
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

const scrape = async (): Promise<string> => (await fetch(`${worker.url}/metrics`)).text()

const countOf = (text: string): number =>
  parse(text, 'http_server_request_duration_seconds_count').reduce(
    (sum, { value }) => sum + value,
    0,
  )

const until = async (total: number): Promise<string> => {
  for (let i = 0; i < 300; i++) {
    const text = await scrape()
    if (countOf(text) >= total) {
      return text
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Not ${total} requests in time, but ${countOf(await scrape())}`)
}

describe(`${ISOLATES * REQUESTS} requests to ${ISOLATES} isolates, with a fifth of all pushes or answers lost`, () => {
  it('are counted exactly, by route and status, in every output', async () => {
    for (let isolate = 1; isolate <= ISOLATES; isolate++) {
      const { errors } = await load({
        url: worker.url,
        requests: REQUESTS,
        clients: CLIENTS,
        path: pathOf,
      })
      expect(errors).toBe(0)
      await until(isolate * REQUESTS)
      if (isolate < ISOLATES) {
        await worker.restart()
      }
    }
    const text = await scrape()
    const counts = parse(text, 'http_server_request_duration_seconds_count')
    expect(counts).toHaveLength(ROUTES.length)
    for (const { route, status, every } of ROUTES) {
      const series = counts.find(
        ({ labels }) => labels.http_route === route && labels.http_response_status_code === status,
      )
      expect(series?.value).toBe((ISOLATES * REQUESTS) / every)
    }
    const buckets = parse(text, 'http_server_request_duration_seconds_bucket')
    for (const { labels, value } of counts) {
      const infinite = buckets.find(
        (bucket) =>
          bucket.labels.le === '+Inf' &&
          bucket.labels.http_route === labels.http_route &&
          bucket.labels.http_response_status_code === labels.http_response_status_code,
      )
      expect(infinite?.value).toBe(value)
    }
    const pushed = () =>
      sink
        .metrics()
        .filter(({ name }) => name === 'http.server.request.duration')
        .at(-1)
        ?.points.reduce((sum, point) => sum + Number((point as { count?: unknown }).count), 0)
    await sink.waitFor(() => pushed() === ISOLATES * REQUESTS, 15_000)
  })
})
