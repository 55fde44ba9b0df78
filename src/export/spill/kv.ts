import type { Spill } from '../pipeline/spill.ts'
import { type SpillOptions, settingsOf } from './options.ts'
import { createSpill } from './spill.ts'
import { bindingOf, LEASE_MS, type ListedStore } from './store.ts'
import { type SignedBatch, seemsStored } from './stored-batch.ts'

interface Namespace {
  put(key: string, body: string | Uint8Array, options: object): Promise<void>
  get(key: string): Promise<string | null>
  getWithMetadata(
    key: string,
    type: 'arrayBuffer',
  ): Promise<{ value: ArrayBuffer | null; metadata: Omit<SignedBatch, 'id' | 'body'> | null }>
  list(options: {
    prefix: string
    limit: number
    cursor: string | null
  }): Promise<{ keys: { name: string }[]; cursor?: string }>
  delete(key: string): Promise<void>
}

/** Shortest time to live that KV takes. */
const MIN_TTL_SECONDS = 60

/**
 * Keeps spans and log records in a KV namespace while the receiver is away. Prefer {@link spillToR2}: KV costs more,
 * and knows no lease that holds, so that isolates in several places may send a batch more than once each, marked by
 * its `Idempotency-Key`.
 *
 * A key for each batch, under `otlp/`, which expires by itself at `maxAgeMs`.
 *
 * @param binding - Name of the KV binding, in the Worker's environment.
 * @returns For `otlp.spill`.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { spillToKV } from 'hono-observability/spill'
 *
 * const app = new Hono()
 * app.use(observability({ otlp: { spill: spillToKV('TELEMETRY', { maxAgeMs: 3_600_000 }) } }))
 * ```
 */
export const spillToKV = (binding: string, options: SpillOptions = {}): Spill => {
  const settings = settingsOf(binding, options)
  const expirationTtl = Math.max(MIN_TTL_SECONDS, Math.ceil(settings.maxAgeMs / 1000))
  const namespaceOf = (env: unknown): Namespace =>
    bindingOf(env, binding, 'getWithMetadata', 'a KV namespace')
  const folder = (scope: string): string => `${settings.prefix}${scope}/`
  const leases = new Map<string, { holder: string; untilMs: number }>()
  const store: ListedStore = {
    put: (env, scope, { id, body, contentType, count, isGzipped = false, mac }) =>
      namespaceOf(env).put(folder(scope) + id, body, {
        expirationTtl,
        metadata: { contentType, count, isGzipped, mac },
      }),
    async list(env, scope, limit, from = null as never) {
      const prefix = folder(scope)
      const { keys, cursor } = await namespaceOf(env).list({ prefix, limit, cursor: from })
      return { ids: keys.map(({ name }) => name.slice(prefix.length)), next: cursor || undefined }
    },
    async get(env, scope, id) {
      const { value, metadata } = await namespaceOf(env).getWithMetadata(
        folder(scope) + id,
        'arrayBuffer',
      )
      if (!value) {
        return undefined
      }
      const { contentType, count, isGzipped, mac } = { ...metadata }
      const batch = { id, body: new Uint8Array(value), contentType, count, isGzipped, mac }
      return seemsStored(batch) ? batch : null
    },
    delete: (env, scope, id) => namespaceOf(env).delete(folder(scope) + id),
    // Keeps isolates in one place apart; elsewhere it may be seen a minute late.
    async lease(env, scope) {
      const namespace = namespaceOf(env)
      const key = `${settings.prefix}${scope}.lease`
      const own = leases.get(scope)
      if (own && Date.now() < own.untilMs - LEASE_MS / 2) {
        return true
      }
      const holder = await namespace.get(key)
      if (holder && holder !== own?.holder) {
        return false
      }
      const lease = { holder: own?.holder ?? crypto.randomUUID(), untilMs: Date.now() + LEASE_MS }
      leases.set(scope, lease)
      await namespace.put(key, lease.holder, { expirationTtl: LEASE_MS / 1000 })
      return true
    },
  }
  return createSpill(store, settings)
}
