import { DatabaseSync } from 'node:sqlite'
import { Hono } from 'hono'
import { instrument, type ObservabilityOptions, observability, shutdown } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { instrumentDatabase } from 'hono-observability/db'
import { processMetrics } from 'hono-observability/process'
import { tailUsage, usage } from 'hono-observability/usage'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { startGraphql, stores } from './stack-graphql.ts'

/** What sends telemetry beside the shop's Worker. */
export interface Sources {
  /** Has each of them say something new. */
  beat(): Promise<void>
  stop(): Promise<void>
}

type Tail = (items: object[], env: object, ctx: object) => unknown

const PLATFORM = `${import.meta.dirname}/../../../monitoring/platform/wrangler.toml`

/** A Node process with a tail Worker's handler in it: one process has one provider of metrics. */
function startProcess(otlpUrl: string): () => Promise<void> {
  let accessLine = ''
  const options: ObservabilityOptions = {
    service: { name: 'shop-process' },
    bindings: bindings({ usage: usage() }),
    logs: {
      console: (line) => {
        accessLine = line.includes('"logger":"access"') ? line : accessLine
        return ''
      },
    },
  }
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    OTEL_TRACES_EXPORTER: 'none',
  }
  const app = new Hono()
  app.use(observability(options), processMetrics())
  const database = instrumentDatabase(new DatabaseSync(':memory:'))
  app.get('/', (c) => {
    // One by one, so that there is something to find.
    for (let id = 0; id < 20; id++) database.prepare('SELECT ? AS id').get(id)
    return c.text('ok')
  })
  const worker = instrument({ fetch: app.fetch, tail: tailUsage() }, options)
  const items = (['ok', 'exceededCpu', 'exceededMemory', 'exception'] as const).flatMap((outcome) =>
    [{ request: {} }, { cron: '50 23 * * *' }].map((event) => ({
      scriptName: 'shop',
      outcome,
      event,
      cpuTime: 3,
      wallTime: 20,
    })),
  )
  const ctx = { waitUntil: () => {}, passThroughOnException: () => {} }
  return async () => {
    await app.request('/', {}, env)
    const request = { url: 'http://localhost/', method: 'GET' }
    const read = {
      scriptName: 'shop',
      outcome: 'ok',
      event: { request },
      logs: [{ level: 'info', message: [accessLine], timestamp: Date.now() }],
      cpuTime: 3,
      wallTime: 20,
    }
    await (worker.tail as Tail)([...items, read], env, ctx)
    // Garbage, to be collected.
    Array.from({ length: 1_000_000 }, (_, index) => ({ index }))
  }
}

/** Points that the aggregator has no room for, or refuses; what Prometheus and Loki refuse. */
function startFaults(shop: RunningWorker, otlpUrl: string): () => Promise<void> {
  const post = async (signal: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const url = `${otlpUrl}/v1/${signal}`
    await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const resource = {
    attributes: [{ key: 'service.name', value: { stringValue: 'faulty' } }],
  }
  let seq = 0
  const startMs = Date.now()
  return async () => {
    const { METRICS } = await shop.env<{
      METRICS: { getByName(name: string): { push(push: object): Promise<unknown> } }
    }>()
    const sum = { type: 'sum', monotonic: true, description: '', unit: '', scope: { name: 'test' } }
    const timeMs = Date.now()
    seq++
    const point = (attributes: object) => ({ attributes, startMs, timeMs, value: 1 })
    const series = Array.from({ length: 2100 }, (_, index) => point({ index: `${index}` }))
    // One time with several values. Not an old one: Prometheus 2 calls that its own fault, so that it is tried again.
    const gauge = { dataPoints: [{ timeUnixNano: `${startMs}000000`, asInt: `${seq}` }] }
    await post('metrics', {
      resourceMetrics: [
        { resource, scopeMetrics: [{ scope: {}, metrics: [{ name: 'test.again', gauge }] }] },
      ],
    })
    const timeUnixNano = `${timeMs - 40 * 86_400_000}000000`
    const logRecords = [{ timeUnixNano, severityNumber: 9, body: { stringValue: 'old' } }]
    await post('logs', {
      resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'test' }, logRecords }] }],
    })
    await METRICS.getByName('default').push({
      instance: 'faulty',
      seq,
      floor: seq,
      startMs,
      sealedMs: timeMs,
      shard: 'default',
      binding: 'METRICS',
      resource: { 'service.name': 'shop' },
      metrics: [
        { ...sum, name: 'test.many', temporality: 'delta', points: series },
        { ...sum, name: 'test.totals', temporality: 'cumulative', points: [point({})] },
      ],
    })
  }
}

/** Cloudflare's analytics of two minutes at a time, by the Worker that reads them. */
async function startPlatform(otlpUrl: string): Promise<Sources> {
  const graphql = await startGraphql()
  const worker = await startWorker({
    config: PLATFORM,
    vars: {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      CLOUDFLARE_ACCOUNT_ID: 'account-1',
      CLOUDFLARE_API_TOKEN: 'a-token',
      CLOUDFLARE_GRAPHQL_URL: graphql.url,
    },
  })
  graphql.answer = () => ({
    body: {
      data: {
        viewer: {
          accounts: [
            {
              workersInvocationsAdaptive: [
                {
                  sum: {
                    requests: 10,
                    errors: 1,
                    subrequests: 20,
                    duration: 0.5,
                    cpuTimeUs: 25_000,
                  },
                  quantiles: { cpuTimeP50: 1500, cpuTimeP99: 25_000 },
                  dimensions: { scriptName: 'shop', status: 'success' },
                },
              ],
              queueBacklogAdaptiveGroups: [
                { avg: { messages: 5, bytes: 500 }, dimensions: { queueId: 'q1' } },
              ],
              ...stores(10),
            },
          ],
        },
      },
      errors: null,
    },
  })
  let atMs = Date.UTC(2026, 10, 1, 12, 6)
  return {
    async beat() {
      await worker.scheduled({ cron: '* * * * *', scheduledTime: new Date(atMs) })
      atMs += 60_000
    },
    async stop() {
      await worker.stop()
      graphql.close()
    },
  }
}

/** Starts all that dashboards ask for and the shop has not. */
export async function startSources(shop: RunningWorker, otlpUrl: string): Promise<Sources> {
  const platform = await startPlatform(otlpUrl)
  const [process, faults] = [startProcess(otlpUrl), startFaults(shop, otlpUrl)]
  return {
    async beat() {
      await Promise.all([platform.beat(), process(), faults()])
    },
    async stop() {
      await shutdown()
      await platform.stop()
    },
  }
}
