import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

/** Settings of {@link kv}. */
export interface KvCheckOptions extends CheckOptions {
  /** Key that is read. It need not exist. Default `health`. */
  key?: string
  /** Write, read and delete a key of this run instead: 3 operations, and billed as such. Default false. */
  write?: boolean
}

interface KvNamespace {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * Checks a KV namespace by reading a key. Cloudflare caches reads at the edge for a minute, so this
 * proves the binding and the edge, not the central store; `write` proves both.
 */
export const kv = (binding: string, options: KvCheckOptions = {}): HealthCheck => {
  const { key = 'health', write } = options
  return onBinding<KvNamespace>('datastore', binding, 'get', options, async (namespace) => {
    if (!write) {
      await namespace.get(key)
      return undefined
    }
    // A key of its own: KV takes one write per second to the same key, and caches what it did not find.
    const id = crypto.randomUUID()
    const ownKey = `${key}:${id}`
    await namespace.put(ownKey, id, { expirationTtl: 60 })
    const found = await namespace.get(ownKey)
    await namespace.delete(ownKey)
    return found === id ? undefined : { status: 'fail', output: 'read another value than written' }
  })
}
