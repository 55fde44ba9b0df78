import { readFileSync } from 'node:fs'
import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { forceFlush, log, observability, withSpan } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { forgetPipelines } from '../../../src/telemetry/registry.ts'

const read = (file: string) =>
  parse(
    readFileSync(new URL(`../../support/otel-registry/${file}.yaml.txt`, import.meta.url), 'utf8'),
  )

interface RegistryMetric {
  metric_name: string
  instrument: string
  unit: string
  attributes?: { ref: string }[]
}

interface RegistryAttribute {
  id: string
  type: string | { members: { value: string }[] }
}

const METRICS = new Map(
  (read('metrics').groups as RegistryMetric[]).map((metric) => [metric.metric_name, metric]),
)
const VALUES = new Map(
  (read('registry').groups as { attributes: RegistryAttribute[] }[])
    .flatMap(({ attributes }) => attributes)
    .flatMap(({ id, type }) =>
      typeof type === 'object' ? [[id, type.members.map(({ value }) => value)] as const] : [],
    ),
)

interface DataPoint {
  attributes: { key: string; value: { stringValue?: string } }[]
  asInt?: string
}

interface Metric {
  name: string
  unit: string
  sum?: { isMonotonic: boolean; dataPoints: DataPoint[] }
  histogram?: { dataPoints: DataPoint[] }
  gauge?: { dataPoints: DataPoint[] }
}

const instrumentOf = ({ sum, histogram }: Metric): string =>
  sum ? (sum.isMonotonic ? 'counter' : 'updowncounter') : histogram ? 'histogram' : 'gauge'

const pointsOf = ({ sum, histogram, gauge }: Metric): DataPoint[] =>
  (sum ?? histogram ?? gauge)?.dataPoints ?? []

const attributesOf = ({ attributes }: DataPoint): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? '']))

afterEach(() => {
  vi.restoreAllMocks()
  for (const api of [metrics, trace, context, propagation]) api.disable()
  forgetPipelines()
})

/** What an app reports of its export, with successes, failures and spans of all origins. */
const reported = async (): Promise<Metric[]> => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'log').mockImplementation(() => {})
  const sent: Metric[] = []
  let posts = 0
  const options = {
    logs: { console: false, otlp: true },
    traces: { ratio: 0.5 },
    metrics: { temporality: 'cumulative' },
    otlp: {
      fetch: async (url: string, { body }: RequestInit) => {
        if (!url.endsWith('/v1/metrics')) {
          posts++
          return posts % 3 ? Response.json({}) : new Response('', { status: 400 })
        }
        for (const { scopeMetrics } of JSON.parse(String(body)).resourceMetrics ?? []) {
          sent.push(...scopeMetrics.flatMap((scope: { metrics: Metric[] }) => scope.metrics))
        }
        return Response.json({})
      },
    },
  } as const
  const app = new Hono()
  app.use(observability(options as never))
  app.get('/', (c) =>
    withSpan('inner', () => {
      log.info('hello')
      return c.text('ok')
    }),
  )
  const parent = (flags: string) => ({
    headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-${flags}` },
  })
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 8; i++) await app.request('/')
    await app.request('/', parent('01'))
    await app.request('/', parent('00'))
    await forceFlush()
  }
  return sent
}

describe('the metrics named otel.sdk', () => {
  it('are those of the registry, with its units, instruments, attributes and values', async () => {
    const ours = (await reported()).filter(({ name }) => name.startsWith('otel.'))
    expect(new Set(ours.map(({ name }) => name)).size).toBeGreaterThan(10)
    for (const metric of ours) {
      const { name } = metric
      const registered = METRICS.get(name)
      expect(registered, name).toBeDefined()
      expect([name, metric.unit, instrumentOf(metric)]).toEqual([
        name,
        registered?.unit,
        registered?.instrument,
      ])
      const allowed = registered?.attributes?.map(({ ref }) => ref) ?? []
      for (const point of pointsOf(metric)) {
        const attributes = attributesOf(point)
        for (const [key, value] of Object.entries(attributes)) {
          expect(allowed, `${name} ${key}`).toContain(key)
          if (VALUES.has(key)) expect(VALUES.get(key), `${name} ${key}`).toContain(value)
        }
        const required = allowed.filter((key) => /^otel\./.test(key))
        expect(Object.keys(attributes), name).toEqual(expect.arrayContaining(required))
      }
    }
  })

  it('count spans of every decision and origin, and all that was processed', async () => {
    const sent = await reported()
    const last = (name: string): Map<string, number> => {
      const metric = sent.filter((one) => one.name === name).at(-1) as Metric
      return new Map(
        pointsOf(metric).map((point) => {
          const { 'otel.component.name': component = '', ...rest } = attributesOf(point)
          return [
            [component, ...Object.values(rest)]
              .filter((text) => text && !/_processor$|_exporter$/.test(text))
              .join(' '),
            Number(point.asInt),
          ]
        }),
      )
    }
    const started = last('otel.sdk.span.started')
    expect([...started.keys()].sort()).toEqual(
      expect.arrayContaining([
        'none DROP',
        'remote DROP',
        'local RECORD_AND_SAMPLE',
        'none RECORD_AND_SAMPLE',
        'remote RECORD_AND_SAMPLE',
      ]),
    )
    const all = [...started.values()].reduce((sum, count) => sum + count, 0)
    expect(all).toBeGreaterThanOrEqual(2 * 40 - 20)
    const processed = last('otel.sdk.processor.span.processed')
    const exported = [...last('otel.sdk.exporter.span.exported').entries()]
    const done = exported.reduce((sum, [, count]) => sum + count, 0)
    expect(processed.get('batching_span_processor/0')).toBeGreaterThanOrEqual(done)
    expect(exported.some(([key]) => key.includes('http_400'))).toBe(true)
  })
})
