import type { WorkerSource } from '../../test/support/worker.ts'

/** One way to observe the app, or none. */
export interface Variant {
  id: string
  title: string
  entry: URL
  /** Of its Worker, when it needs more than the app's bindings. */
  settings?: WorkerSource['settings']
  bindings?: WorkerSource['bindings']
}

const own = (id: string, title: string, more: Partial<Variant> = {}): Variant => ({
  id,
  title,
  entry: new URL(`variants/${id}.ts`, import.meta.url),
  ...more,
})

const peer = (id: string, title: string): Variant => ({
  id,
  title,
  entry: new URL(`../peers/${id}/worker.ts`, import.meta.url),
})

/** In the order of the table. The bare app comes first: the others are compared with it. */
export const VARIANTS: readonly Variant[] = [
  own('bare', 'bare app'),
  own('again', 'bare app, once more', { entry: new URL('variants/bare.ts', import.meta.url) }),
  own('floor', 'floor: traces by hand'),
  own('floor-promises', 'floor with what we promise'),
  own('console-line', 'one console.log a request'),
  own('sampled', 'ours: traces, 10 % sampled'),
  own('traces', 'ours: traces'),
  own('traces-metrics', 'ours: traces, metrics'),
  own('protobuf', 'ours: traces, metrics, protobuf'),
  own('aggregator', 'ours: traces, metrics, aggregator', {
    settings: { exports: { MetricsAggregator: { type: 'durable-object', storage: 'sqlite' } } },
    bindings: {
      METRICS: {
        type: 'durable-object',
        worker: 'worker',
        exportName: 'MetricsAggregator',
      },
    },
  }),
  own('all', 'ours: traces, metrics, logs'),
  peer('otel-cf-workers', '@microlabs/otel-cf-workers'),
  peer('inference-net', '@inference-net/otel-cf-workers'),
  peer('logfire', '@pydantic/logfire-cf-workers'),
  peer('autotel', 'autotel-cloudflare'),
  peer('sentry', '@sentry/cloudflare'),
  peer('hono-otel', '@hono/otel with the SDK'),
]

/** The floor with one of our promises each: measured only when asked for. */
const PARTS: readonly Variant[] = [
  own('floor-context', '`AsyncLocalStorage.run`: logs and spans of a handler find their request'),
  own('floor-wait', '`waitUntil` from the start: a client that leaves loses no span'),
  own('floor-respond', '`X-Request-ID` on the response'),
  own('floor-read', 'reading `traceparent`, `baggage` and `X-Request-ID`'),
]

/** The variants of these ids, the bare app always among them. */
export const variantsOf = (ids: string | undefined): Variant[] => {
  if (ids === undefined) return [...VARIANTS]
  const wanted = new Set(['bare', ...ids.split(',')])
  const known = [...VARIANTS, ...PARTS].filter(({ id }) => wanted.delete(id))
  if (wanted.size) {
    throw new Error(
      `Cannot measure: \`--variants\` must be among ${[...VARIANTS, ...PARTS].map(({ id }) => id).join()}, received ${[...wanted].join()}`,
    )
  }
  return known
}
