import { Hono } from 'hono'
import { forceFlush, observability } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'
import { mergeExemplars } from '../../../src/aggregator/exemplars.ts'
import type { warnOnce } from '../../../src/base/warn.ts'
import { json } from '../../../src/export/json/json.ts'
import { encodeAttributes } from '../../../src/export/json/values.ts'
import { post } from '../../../src/export/otlp/post.ts'
import { backoffMs } from '../../../src/export/pipeline/backoff.ts'
import { newCounts, noteExport } from '../../../src/export/pipeline/counts.ts'
import { createLineFormat } from '../../../src/logs/json-line.ts'
import { createRedactor } from '../../../src/logs/redact.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { resolveConfig } from '../../../src/telemetry/config/resolve.ts'
import { validateOptions } from '../../../src/telemetry/config/validate.ts'
import { createTracerProvider } from '../../../src/traces/provider.ts'
import { heapBytes } from './support.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it('a thousand tracers are remembered, and no more', () => {
  const provider = createTracerProvider({} as never)
  const first = provider.getTracer('0')
  for (let i = 1; i < 1000; i++) {
    provider.getTracer(String(i))
  }
  const beyond = provider.getTracer('beyond')
  expect(provider.getTracer('0')).toBe(first)
  expect(provider.getTracer('999')).toBe(provider.getTracer('999'))
  expect(provider.getTracer('beyond')).not.toBe(beyond)
})

it('a thousand meters are remembered, and a thousand instruments record', () => {
  const provider = createMeterProvider({ warn: () => {} } as never)
  const reader = provider.addReader('cumulative')
  const first = provider.getMeter('0')
  for (let i = 1; i < 1000; i++) {
    provider.getMeter(String(i))
  }
  expect(provider.getMeter('0')).toBe(first)
  expect(provider.getMeter('beyond')).not.toBe(provider.getMeter('beyond'))
  for (let i = 0; i < 1100; i++) {
    first.createCounter(`counter.${i}`).add(1)
  }
  return expect(reader.collect()).resolves.toHaveLength(1000)
})

it('64 durations of exports are kept between two collections', () => {
  const counts = newCounts()
  for (let i = 0; i < 100; i++) {
    noteExport(counts, 0, i, undefined)
  }
  expect(counts.durations).toHaveLength(64)
})

it('a pause between attempts is at most 30 seconds', () => {
  const pauses = Array.from({ length: 1000 }, (_, i) => backoffMs(i + 1))
  expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000)
  expect(Math.max(...pauses)).toBeGreaterThan(25_000)
})

it('64 kB of a receiver’s answer are read', async () => {
  let read = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        read += 1024
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    },
    { highWaterMark: 0 },
  )
  const destination = {
    url: 'http://c/',
    headers: {},
    timeoutMs: 5000,
    compression: 'none',
    encoding: json,
  }
  const outcome = await post(
    destination as never,
    { body: '{}', contentType: json.contentType },
    async () => new Response(body),
  )
  expect(outcome.kind).toBe('accepted')
  expect(read).toBeGreaterThanOrEqual(65_536)
  expect(read).toBeLessThan(65_536 + 8192)
})

it('a hundred warnings are said, of at most a thousand characters', async () => {
  vi.resetModules()
  const { warnOnce: fresh } = (await import('../../../src/base/warn.ts')) as {
    warnOnce: typeof warnOnce
  }
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (let i = 0; i < 10_000; i++) {
    fresh(`${i} ${'x'.repeat(5000)}`)
  }
  expect(warn).toHaveBeenCalledTimes(100)
  expect(String(warn.mock.calls[0]).length).toBe('hono-observability: '.length + 1000)
})

it('60 characters of a wrong value are shown', () => {
  expect(() => validateOptions({ traces: { sampler: 'x'.repeat(1000) } })).toThrow(
    `received "${'x'.repeat(60)}…"`,
  )
  const warn = vi.fn()
  const get = (name: string) => (name === 'OTEL_TRACES_SAMPLER' ? 'y'.repeat(1000) : undefined)
  resolveConfig({}, get, warn)
  expect(warn.mock.calls[0]?.[0]).toContain(`"${'y'.repeat(60)}…"`)
})

it('a hundred apps are reached by forceFlush', { timeout: 20_000 }, async () => {
  const sent = new Set<number>()
  const live: Hono[] = []
  for (let i = 0; i < 101; i++) {
    const app = new Hono()
    app.use(
      observability({
        service: { name: `app ${i}` },
        logs: false,
        metrics: false,
        otlp: {
          batch: { delayMs: 60_000 },
          fetch: async () => {
            sent.add(i)
            return Response.json({})
          },
        },
      }),
    )
    await app.request('/')
    live.push(app)
  }
  await forceFlush()
  expect(sent.size).toBe(100)
  expect(sent.has(0)).toBe(false)
})

const format = createLineFormat({ serviceName: 's', redactor: createRedactor() })
const lineOf = (attributes: Record<string, unknown>, body = 'x'): string => {
  const record = {
    timeMs: 0,
    severityNumber: 9,
    severityText: 'info',
    body,
    loggerName: 'app',
    attributes,
  } as never
  return format.line(record, format.encode(record))
}

it('256 characters of a key are written', () => {
  const record = JSON.parse(lineOf({ ['k'.repeat(5000)]: 1 }))
  const key = Object.keys(record).find((name) => name.startsWith('kkk')) ?? ''
  expect(key.length).toBeGreaterThanOrEqual(256)
  expect(key.length).toBeLessThan(256 + 30)
})

it('a thousand names and messages of the log are remembered, however many there are', () => {
  const before = heapBytes()
  for (let i = 0; i < 200_000; i++) {
    lineOf({ [`user.${i}`]: 1 }, `message ${i}`)
  }
  // 200,000 of each would be some 50 MB.
  expect(heapBytes() - before).toBeLessThan(8_000_000)
})

it('256 names of attributes are remembered for OTLP, and none beyond 64 characters', () => {
  const before = heapBytes()
  for (let i = 0; i < 200; i++) {
    encodeAttributes({ [`${i}${'x'.repeat(100_000)}`]: 'v' })
  }
  for (let i = 0; i < 200_000; i++) {
    encodeAttributes({ [`user.${i}`]: 'v' })
  }
  // V8 lets go of the keys of objects with the second collection.
  heapBytes()
  // The long ones would be some 20 MB, and all of the short ones as much.
  expect(heapBytes() - before).toBeLessThan(5_000_000)
})

it('512 characters of attributes are kept with an exemplar in the aggregator', () => {
  const metric = { type: 'histogram', bounds: [1] } as never
  const keys = [400, 600].map((length) =>
    mergeExemplars(
      metric,
      [],
      [{ value: 0, timeMs: 1, attributes: { a: 'x'.repeat(length) } }],
    ).map(({ attributes }) => Object.keys(attributes ?? {}).length),
  )
  expect(keys).toEqual([[1], [0]])
})
