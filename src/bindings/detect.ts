import type { BindingKind } from './types.ts'

type Shape = Record<string, unknown>

/** Whichever comes first: a stub of a service or Durable Object seems to have every method. */
const METHODS: readonly (readonly [BindingKind, readonly string[]])[] = [
  ['service', ['fetch', 'a method that nobody has']],
  ['ai', ['run', 'models', 'gateway']],
  ['d1', ['prepare', 'batch', 'exec']],
  ['r2', ['head', 'get', 'put', 'createMultipartUpload']],
  ['kv', ['get', 'put', 'list', 'getWithMetadata']],
  ['queue', ['send', 'sendBatch']],
  ['vectorize', ['query', 'upsert', 'getByIds']],
  ['workflow', ['get', 'create', 'createBatch']],
  ['images', ['info', 'input']],
  ['browser', ['fetch', 'quickAction']],
  ['durable-object', ['get', 'idFromName', 'newUniqueId']],
  // Before RPC, or an assets binding.
  ['service', ['fetch', 'connect']],
  // One method each: last, so that what has more is told by those.
  ['email', ['send']],
  ['rate-limit', ['limit']],
  ['analytics-engine', ['writeDataPoint']],
]

/** The kind of a binding by the methods it has; undefined for everything that is not to be wrapped. */
export const detectKind = (value: unknown): BindingKind | undefined =>
  (typeof value === 'object' || typeof value === 'function') && value !== null
    ? METHODS.find(([, methods]) =>
        methods.every((method) => typeof (value as Shape)[method] === 'function'),
      )?.[0]
    : undefined
