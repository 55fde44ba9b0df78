import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { exporterState, forceFlush, observability } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'
import { forgetPipelines } from '../../../src/telemetry/registry.ts'

afterEach(() => {
  vi.restoreAllMocks()
  metrics.disable()
  forgetPipelines()
})

interface Metric {
  name: string
  sum: { dataPoints: { attributes: { key: string; value: object }[]; asInt: string }[] }
}

it('1,100 instruments: what has no room is warned of once, counted, and counted by name', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const sent: Metric[] = []
  const options = {
    logs: false,
    metrics: { temporality: 'delta' },
    otlp: {
      traces: false,
      fetch: async (_url: string, { body }: RequestInit) => {
        for (const { scopeMetrics } of JSON.parse(String(body)).resourceMetrics ?? []) {
          sent.push(...scopeMetrics.flatMap((scope: { metrics: Metric[] }) => scope.metrics))
        }
        return Response.json({})
      },
    },
  } as const
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => {
    const meter = metrics.getMeter('app')
    for (let i = 0; i < 1100; i++) meter.createCounter(`made.${i}`).add(2)
    return c.text('ok')
  })
  await app.request('/')
  await forceFlush()
  const made = sent.filter(({ name }) => name.startsWith('made.'))
  const [ignored] = sent.filter(({ name }) => name === 'hono.metrics.ignored')
  const names = ignored?.sum.dataPoints.map(({ attributes, asInt }) => [
    attributes.map(({ key, value }) => [key, value]),
    asInt,
  ])
  expect(made).toHaveLength(1000)
  expect(names).toEqual(
    Array.from({ length: 100 }, (_, i) => [[['metric', { stringValue: `made.${1000 + i}` }]], '1']),
  )
  expect(exporterState(options)?.signals.metrics?.dropped).toEqual({ instrument_limit: 100 })
  expect(sent.map(({ name }) => name)).toContain('http.server.request.duration')
  const warnings = warn.mock.calls.map(String).filter((text) => text.includes('instrument'))
  expect(warnings).toEqual([expect.stringContaining('Metric made.1000: ')])
})
