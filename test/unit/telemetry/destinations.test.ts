import { Hono } from 'hono'
import { exporterState, type ObservabilityOptions, observability } from 'hono-observability'
import { telemetry } from 'hono-observability/health'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { finishRequests } from '../../../src/telemetry/flush.ts'
import { forgetPipelines } from '../../../src/telemetry/registry.ts'

interface Sent {
  readonly path: string
  readonly body: string
  readonly env: unknown
}

/** A receiver, and what it was sent. */
const receiver = (status: (path: string) => number = () => 200) => {
  const sent: Sent[] = []
  return {
    sent,
    of: (path: string) => sent.filter((request) => request.path === path),
    async fetch(url: string, { body }: RequestInit, env?: unknown): Promise<Response> {
      const path = new URL(url).pathname
      sent.push({ path, body: String(body), env })
      return Response.json({}, { status: status(path) })
    },
  }
}

const setUp = (options: ObservabilityOptions) => {
  const app = new Hono()
  app.use(observability(options))
  app.get('/orders/:id', (c) => c.text('ok'))
  const work: Promise<unknown>[] = []
  const executionCtx = {
    waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    passThroughOnException: () => {},
    props: {},
  }
  return {
    request: (env: object = {}) => app.request('/orders/1', {}, env, executionCtx),
    settled: () => Promise.all(work),
  }
}

const DELTA: ObservabilityOptions = { logs: false, metrics: { temporality: 'delta' } }

/** What a number of requests comes to, by the deltas that a receiver took. */
const counted = (sent: readonly Sent[]): number =>
  pointsOf(sent, 'http.server.request.duration').reduce((sum, { count }) => sum + Number(count), 0)

interface Point {
  count: string
  asInt: string
  asDouble: number
  attributes: { key: string; value: Record<string, unknown> }[]
}

const pointsOf = (sent: readonly Sent[], name: string): Point[] =>
  sent
    .flatMap(({ body }) => JSON.parse(body).resourceMetrics)
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter((metric) => metric.name === name)
    .flatMap((metric) => (metric.histogram ?? metric.sum ?? metric.gauge).dataPoints)

const attribute = ({ attributes }: Point, key: string): unknown =>
  Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0]

beforeEach(() => {
  // Where metrics leave with every batch.
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  forgetPipelines()
})

describe('two destinations', () => {
  it('do not keep each other going: one request is one export to each', async () => {
    const [a, b] = [receiver(), receiver()]
    const { request, settled } = setUp({
      ...DELTA,
      otlp: [
        { endpoint: 'http://a', fetch: a.fetch },
        { endpoint: 'http://b', fetch: b.fetch },
      ],
    })
    await request()
    await vi.advanceTimersByTimeAsync(30_000)
    await settled()
    for (const { of } of [a, b]) {
      expect([of('/v1/traces').length, of('/v1/metrics').length]).toEqual([1, 1])
    }
  })

  it('do not keep each other going with what is said of their own attempts', async () => {
    const failing = (path: string): number => (path === '/v1/traces' ? 503 : 200)
    const [a, b] = [receiver(failing), receiver(failing)]
    const { request } = setUp({
      ...DELTA,
      otlp: [
        { endpoint: 'http://a', fetch: a.fetch },
        { endpoint: 'http://b', fetch: b.fetch },
      ],
    })
    await request()
    await vi.advanceTimersByTimeAsync(10_000)
    for (const { of } of [a, b]) {
      expect(of('/v1/traces')).toHaveLength(3)
      expect(of('/v1/metrics')).toHaveLength(1)
    }
  })

  it('each get exact deltas, at their own time', async () => {
    let status = 503
    const [a, b] = [receiver(), receiver(() => status)]
    const options: ObservabilityOptions = {
      ...DELTA,
      otlp: [
        { endpoint: 'http://a', fetch: a.fetch },
        { endpoint: 'http://b:4318', fetch: b.fetch },
      ],
    }
    const { request, settled } = setUp(options)
    for (let i = 0; i < 10; i++) {
      await request()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(counted(a.of('/v1/metrics'))).toBe(10)
    const during = exporterState(options)
    expect(during).toMatchObject({
      circuitOpen: true,
      destinations: [
        { host: 'a', consecutiveFailures: 0, circuitOpen: false, queued: 0 },
        { host: 'b:4318', circuitOpen: true },
      ],
    })
    expect(during?.destinations[1]?.signals.traces?.notBeforeMs).toBeGreaterThan(Date.now() - 5000)
    const check = telemetry(() => exporterState(options))
    const { status: health, output } = (await check.run({} as never, {} as never)) as {
      status: string
      output: string
    }
    expect(health).toBe('fail')
    expect(JSON.parse(output).destinations).toMatchObject([
      { host: 'a', circuitOpen: false },
      { host: 'b:4318', circuitOpen: true },
    ])

    const failed = b.sent.length
    status = 200
    for (let i = 0; i < 40; i++) {
      await request()
      await vi.advanceTimersByTimeAsync(1000)
    }
    await settled()
    expect(counted(a.of('/v1/metrics'))).toBe(50)
    expect(counted(b.sent.slice(failed).filter(({ path }) => path === '/v1/metrics'))).toBe(50)
    expect(exporterState(options)).toMatchObject({ circuitOpen: false, dropped: 0 })
  })

  it('one that has never answered does not keep a process from ending', async () => {
    const a = receiver()
    const refuse = (): Promise<Response> => Promise.reject(new TypeError('connection refused'))
    const { request } = setUp({
      ...DELTA,
      otlp: [
        { endpoint: 'http://a', fetch: a.fetch },
        { endpoint: 'http://b', fetch: refuse },
      ],
    })
    await request()
    const startedMs = Date.now()
    const finished = finishRequests(5000).then(() => Date.now() - startedMs)
    await vi.advanceTimersByTimeAsync(6000)
    expect(await finished).toBeLessThan(500)
    expect(a.of('/v1/traces')).toHaveLength(1)
  })

  it('are told apart in what the pipeline says of itself, as the conventions have it', async () => {
    const [a, b] = [receiver(), receiver()]
    const { request, settled } = setUp({
      ...DELTA,
      otlp: [
        { endpoint: 'https://a.example', fetch: a.fetch },
        { endpoint: 'http://b:4318', fetch: b.fetch },
      ],
    })
    for (let i = 0; i < 3; i++) {
      await request()
      await vi.advanceTimersByTimeAsync(2000)
    }
    await settled()
    const exported = ['span', 'metric_data_point'].flatMap((noun) =>
      pointsOf(a.of('/v1/metrics'), `otel.sdk.exporter.${noun}.exported`),
    )
    const seen = new Set(
      exported.map((point) =>
        ['otel.component.type', 'otel.component.name', 'server.address', 'server.port']
          .map((key) => attribute(point, key))
          .join(),
      ),
    )
    expect(seen).toEqual(
      new Set([
        'otlp_http_json_metric_exporter,otlp_http_json_metric_exporter/0,a.example,443',
        'otlp_http_json_metric_exporter,otlp_http_json_metric_exporter/1,b,4318',
        'otlp_http_json_span_exporter,otlp_http_json_span_exporter/0,a.example,443',
        'otlp_http_json_span_exporter,otlp_http_json_span_exporter/1,b,4318',
      ]),
    )
  })
})

it.each([
  [1, 2],
  [2, 1],
])('each of %i destinations has %i requests under way at most', async (count, most) => {
  let mostUnderWay = 0
  const otlp = Array.from({ length: count }, () => {
    let underWay = 0
    return {
      async fetch(): Promise<Response> {
        mostUnderWay = Math.max(mostUnderWay, ++underWay)
        await new Promise((resolve) => setTimeout(resolve, 100))
        underWay--
        return Response.json({})
      },
    }
  })
  const { request } = setUp({ ...DELTA, logs: { otlp: true, console: false }, otlp })
  await request()
  await vi.advanceTimersByTimeAsync(1000)
  expect(mostUnderWay).toBe(most)
})

it('the fetch of a destination is given the bindings', async () => {
  const { fetch, sent } = receiver()
  const { request, settled } = setUp({ ...DELTA, otlp: { fetch } })
  const env = { COLLECTOR: {} }
  await request(env)
  await vi.advanceTimersByTimeAsync(1000)
  await settled()
  expect(sent.length).toBeGreaterThan(1)
  expect(new Set(sent.map((each) => each.env))).toEqual(new Set([env]))
})
