import type { BindingKind } from './types.ts'

type Shape = Record<string, unknown>

/** Whichever comes first: a stub of a service or Durable Object seems to have every method. */
const METHODS: readonly (readonly [BindingKind, readonly string[]])[] = [
  ['service', ['fetch', 'a method that nobody has']],
  ['d1', ['prepare', 'batch', 'exec']],
  ['r2', ['head', 'get', 'put', 'createMultipartUpload']],
  ['kv', ['get', 'put', 'list', 'getWithMetadata']],
  ['queue', ['send', 'sendBatch']],
  ['durable-object', ['get', 'idFromName', 'newUniqueId']],
  // Before RPC, or an assets binding.
  ['service', ['fetch', 'connect']],
]

/** The kind of a binding by the methods it has; undefined for everything that is not to be wrapped. */
export const detectKind = (value: unknown): BindingKind | undefined =>
  typeof value === 'object' && value !== null
    ? METHODS.find(([, methods]) =>
        methods.every((method) => typeof (value as Shape)[method] === 'function'),
      )?.[0]
    : undefined
