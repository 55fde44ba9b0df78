import { Hono } from 'hono'
import { afterAll, expect, it } from 'vitest'
import { processMetrics } from '../../../src/entries/process.ts'
import {
  forceFlush,
  type ObservabilityOptions,
  observability,
  shutdown,
} from '../../../src/index.ts'

interface Metric {
  name: string
  gauge?: { dataPoints: { asDouble: number }[] }
  sum?: { dataPoints: { asDouble: number }[] }
}

const metricsOf = ({ metrics }: { metrics: Metric[] }): Metric[] => metrics

/** A receiver, and the values of each of its metrics. */
const receiver = () => {
  const metrics: Metric[] = []
  return {
    async fetch(url: string, { body }: RequestInit): Promise<Response> {
      if (url.endsWith('/v1/metrics')) {
        const { resourceMetrics } = JSON.parse(String(body))
        metrics.push(...resourceMetrics[0].scopeMetrics.flatMap(metricsOf))
      }
      return Response.json({})
    },
    values: (name: string): number[] =>
      metrics
        .filter((metric) => metric.name === name)
        .flatMap(({ gauge, sum }) => (gauge ?? sum)?.dataPoints ?? [])
        .map(({ asDouble }) => asDouble),
  }
}

const [a, b] = [receiver(), receiver()]
const options: ObservabilityOptions = {
  logs: false,
  metrics: { temporality: 'delta' },
  otlp: [
    { endpoint: 'http://a', fetch: a.fetch },
    { endpoint: 'http://b', fetch: b.fetch },
  ],
}

const app = new Hono()
app.use(observability(options), processMetrics())
app.get('/', (c) => c.text('hello'))

afterAll(async () => {
  await shutdown()
})

const block = (ms: number): void => {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60))

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

it('each of two destinations is told the whole delay and CPU time, though the other has read them before', async () => {
  await app.request('/')
  let leastS = 0
  for (let i = 0; i < 2; i++) {
    await turn()
    block(150)
    await turn()
    leastS = cpuSeconds()
    await forceFlush()
  }
  const mostS = cpuSeconds()
  for (const { values } of [a, b]) {
    const delays = values('nodejs.eventloop.delay.max')
    expect(delays).toHaveLength(2)
    expect(Math.min(...delays)).toBeGreaterThan(0.1)
    // Deltas, of which the first is all that the process has taken before.
    const seconds = values('process.cpu.time').reduce((sum, value) => sum + value, 0)
    expect(seconds).toBeGreaterThanOrEqual(leastS)
    expect(seconds).toBeLessThanOrEqual(mostS)
  }
})
