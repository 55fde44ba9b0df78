import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { protobuf } from '../../../../src/entries/protobuf.ts'
import type { OtlpOptions } from '../../../../src/export/otlp/options.ts'
import type { SignalCounts } from '../../../../src/export/pipeline/counts.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { createRedactor } from '../../../../src/logs/redact.ts'
import { resolveConfig } from '../../../../src/telemetry/config/resolve.ts'
import { createLogSignal } from '../../../../src/telemetry/logs.ts'
import { createMetricSignal } from '../../../../src/telemetry/metrics.ts'
import { createPipelines } from '../../../../src/telemetry/pipelines.ts'
import { createSpanSignal } from '../../../../src/telemetry/spans.ts'
import { SpanTracer } from '../../../../src/traces/tracer.ts'
import { decodeJson, decodeProtobuf, type Signal } from '../../../support/otlp-decoder.ts'

interface Post {
  readonly signal: Signal
  /** As sent. */
  readonly bytes: number
  readonly status: number
  readonly ids: readonly number[]
}

const idsIn = (signal: Signal, body: Uint8Array, isJson: boolean): number[] => {
  if (String(body) === '{}') return []
  const decoded = isJson
    ? decodeJson(signal, new TextDecoder().decode(body))
    : decodeProtobuf(signal, body)
  const points = (decoded as { points?: object[] }[]).flatMap((each) => each.points ?? [each])
  return points.flatMap((each) => {
    const { id } = (each as { attributes: Record<string, unknown> }).attributes
    return id === undefined ? [] : [Number(id)]
  })
}

/** Answers 413 to bodies beyond its limit, and 503 as often as `failures` says. */
const receiver = (limitBytes: number, failures: boolean[] = []) => {
  const posts: Post[] = []
  return {
    posts,
    async fetch(url: string, { body, headers }: RequestInit): Promise<Response> {
      const sent = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body as Uint8Array)
      const names = new Headers(headers)
      const plain = names.get('content-encoding') === 'gzip' ? gunzipSync(sent) : sent
      const signal = new URL(url).pathname.slice('/v1/'.length) as Signal
      const status = sent.length > limitBytes ? 413 : failures.shift() ? 503 : 200
      const isJson = names.get('content-type') === 'application/json'
      posts.push({ signal, bytes: sent.length, status, ids: idsIn(signal, plain, isJson) })
      return new Response(isJson ? '{}' : null, { status })
    },
  }
}

/** A span, a log record and a point for each of these paddings, whose index is their id. */
const setUp = (otlp: OtlpOptions) => {
  const config = resolveConfig(
    {
      otlp,
      metrics: { temporality: 'delta' },
      logs: { otlp: true, console: false, redact: false },
    },
    () => undefined,
    () => {},
  )
  const spans = createSpanSignal(config, {}, createRedactor(false))
  const tracer = new SpanTracer(spans.recorder, { name: 'test' })
  const metrics = createMetricSignal(
    config,
    {},
    undefined,
    () => {},
    () => {},
  )
  const counter = metrics?.provider.getMeter('test').createCounter('made')
  const logs = createLogSignal(config, {}, createRedactor(false))
  const queues = [...spans.queues, ...(metrics?.queues ?? []), ...(logs?.queues ?? [])]
  const [pipeline] = createPipelines(
    config,
    queues as unknown as Queue[],
    metrics?.collectors ?? [],
  )
  return {
    queues,
    counts: (signal: Signal) =>
      queues.find((queue) => queue.signal === signal)?.counts as SignalCounts,
    record(paddings: readonly string[], from = 0): void {
      for (const [index, padding] of paddings.entries()) {
        const id = from + index
        tracer.startSpan('made', { attributes: { id, padding } }).end()
        counter?.add(1, { id, padding })
        logs?.write({
          timeMs: 1_700_000_000_000,
          severityNumber: 9,
          severityText: 'info',
          body: 'made',
          loggerName: 'test',
          attributes: { id, padding },
        })
      }
    },
    /** Until nothing is left. */
    async deliver(): Promise<void> {
      for (let round = 0; round < 100; round++) {
        await pipeline?.flush()
        if (queues.every(({ pending }) => pending === 0)) return
      }
      throw new Error('something is left')
    },
  }
}

const SIGNALS = ['traces', 'metrics', 'logs'] as const

const anyPadding = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 300 }).map((length) => 'x'.repeat(length)) },
  { weight: 2, arbitrary: fc.string({ maxLength: 2000, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 9000 }).map((length) => 'é'.repeat(length)) },
)

it('every record arrives once, or is counted where it is too large alone, whatever a receiver takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyPadding, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.array(fc.boolean(), { maxLength: 8 }),
      fc.constantFrom('http/json' as const, protobuf),
      fc.constantFrom('gzip' as const, 'none' as const),
      fc.option(fc.integer({ min: 200, max: 50_000 }), { nil: undefined }),
      async (paddings, limitBytes, failures, protocol, compression, maxBatchBytes) => {
        const { posts, fetch } = receiver(limitBytes, failures)
        const batch = maxBatchBytes === undefined ? {} : { maxBatchBytes }
        const app = setUp({ fetch, protocol, compression, batch })
        app.record(paddings)
        await app.deliver()
        for (const signal of SIGNALS) {
          const own = posts.filter((post) => post.signal === signal)
          const arrived = own.flatMap(({ status, ids }) => (status === 200 ? ids : []))
          const tooLarge = own.flatMap(({ status, ids }) =>
            status === 413 && ids.length === 1 ? ids : [],
          )
          expect([...arrived, ...tooLarge].sort((a, b) => a - b)).toEqual([...paddings.keys()])
          const { exported, dropped, recorded } = app.counts(signal)
          expect({ exported, dropped, recorded }).toEqual({
            exported: arrived.length,
            dropped: tooLarge.length ? { http_413: tooLarge.length } : {},
            recorded: paddings.length,
          })
          for (const { bytes, ids } of own) {
            expect(bytes <= (maxBatchBytes ?? 900_000) || ids.length === 1).toBe(true)
          }
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

it('what a receiver takes is asked once, and kept', async () => {
  const { posts, fetch } = receiver(100_000)
  const app = setUp({ fetch })
  const paddings = Array.from({ length: 400 }, () => 'x'.repeat(1000))
  app.record(paddings)
  await app.deliver()
  expect(posts.filter(({ status }) => status === 413).length).toBeGreaterThan(0)
  posts.length = 0
  app.record(paddings, paddings.length)
  await app.deliver()
  expect(posts.map(({ status }) => status)).not.toContain(413)
  // As large as they may be, or half of that.
  for (const signal of SIGNALS) {
    expect(posts.filter((post) => post.signal === signal).length).toBeLessThan(20)
  }
})

it('what one destination does not take, another still gets whole', async () => {
  const small = receiver(20_000)
  const large = receiver(1_000_000)
  const config = resolveConfig(
    { otlp: [{ fetch: small.fetch }, { fetch: large.fetch }], metrics: false },
    () => undefined,
    () => {},
  )
  const { queues, recorder } = createSpanSignal(config, {}, createRedactor(false))
  const tracer = new SpanTracer(recorder, { name: 'test' })
  for (let id = 0; id < 100; id++) {
    tracer.startSpan('made', { attributes: { id, padding: 'x'.repeat(1000) } }).end()
  }
  for (const pipeline of createPipelines(config, queues as unknown as Queue[], [])) {
    await pipeline.flush()
  }
  expect(large.posts.map(({ status, ids }) => [status, ids.length])).toEqual([[200, 100]])
  expect(small.posts.filter(({ status }) => status === 200).length).toBeGreaterThan(5)
})

it('an invocation makes no more requests than it may, however small the parts', async () => {
  // Takes a few spans.
  const { posts, fetch } = receiver(1000)
  const app = setUp({ fetch, traces: {}, metrics: false, logs: false })
  app.record(Array.from({ length: 200 }, () => ''))
  const queue = app.queues[0] as unknown as Queue
  const { batch } = resolveConfig(
    { otlp: { batch: { maxSubrequests: 10, maxLingerMs: 0 } } },
    () => undefined,
    () => {},
  )
  const pipeline = new Pipeline([queue], [], batch)
  pipeline.open()
  await pipeline.afterRequest()
  expect(posts.length).toBe(10)
  expect(posts.at(-1)?.ids.length).toBeLessThan(4)
  expect(queue.pending + queue.counts.exported).toBe(200)
})
