import type { Spill } from '../pipeline/spill.ts'
import { type SpillOptions, settingsOf } from './options.ts'
import { createSpill } from './spill.ts'
import { bindingOf, LEASE_MS, type ListedStore } from './store.ts'
import { isOfOurSize, seemsStored } from './stored-batch.ts'

interface Stored {
  readonly etag: string
  readonly uploaded: Date
  readonly size: number
  readonly customMetadata?: Record<string, string>
  readonly httpMetadata?: { contentType?: string }
}

interface Body extends Stored {
  readonly body: ReadableStream
  arrayBuffer(): Promise<ArrayBuffer>
}

interface Bucket {
  put(key: string, body: string | Uint8Array, options: object): Promise<Stored | null>
  head(key: string): Promise<Stored | null>
  get(key: string): Promise<Body | null>
  list(options: {
    prefix: string
    limit: number
    cursor?: string
  }): Promise<{ objects: { key: string }[]; cursor?: string }>
  delete(key: string): Promise<void>
}

/**
 * Keeps spans and log records in an R2 bucket while the receiver is away. Once it is back, one isolate at a time
 * sends them, oldest first.
 *
 * An object for each batch, under `otlp/`. Costs a write for each batch stored, and a read for each sent again.
 *
 * @param binding - Name of the R2 binding, in the Worker's environment.
 * @returns For `otlp.spill`.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { spillToR2 } from 'hono-observability/spill'
 *
 * const app = new Hono()
 * app.use(observability({ otlp: { spill: spillToR2('TELEMETRY') } }))
 * ```
 */
export const spillToR2 = (binding: string, options: SpillOptions = {}): Spill => {
  const settings = settingsOf(binding, options)
  const bucketOf = (env: unknown): Bucket => bindingOf(env, binding, 'head', 'an R2 bucket')
  const folder = (scope: string): string => `${settings.prefix}${scope}/`
  /** What this isolate has leased, by the tag that its own write left. */
  const leases = new Map<string, string>()
  const store: ListedStore = {
    async put(env, scope, { id, body, contentType, count, isGzipped, mac }) {
      await bucketOf(env).put(folder(scope) + id, body, {
        httpMetadata: { contentType },
        customMetadata: { count: String(count), mac, ...(isGzipped && { gzip: '1' }) },
      })
    },
    async list(env, scope, limit, from) {
      const prefix = folder(scope)
      const { objects, cursor } = await bucketOf(env).list({
        prefix,
        limit,
        ...(from !== undefined && { cursor: from }),
      })
      return { ids: objects.map(({ key }) => key.slice(prefix.length)), next: cursor }
    },
    async get(env, scope, id) {
      const object = await bucketOf(env).get(folder(scope) + id)
      if (!object) {
        return undefined
      }
      const { customMetadata = {}, httpMetadata, size } = object
      if (!isOfOurSize(size)) {
        await object.body.cancel()
        return null
      }
      const batch = {
        id,
        body: new Uint8Array(await object.arrayBuffer()),
        contentType: httpMetadata?.contentType,
        count: Number(customMetadata.count),
        isGzipped: customMetadata.gzip === '1',
        mac: customMetadata.mac,
      }
      return seemsStored(batch) ? batch : null
    },
    delete: (env, scope, id) => bucketOf(env).delete(folder(scope) + id),
    async lease(env, scope) {
      const bucket = bucketOf(env)
      const key = `${settings.prefix}${scope}.lease`
      const held = await bucket.head(key)
      const ageMs = held ? Date.now() - held.uploaded.getTime() : Infinity
      const isOwn = held?.etag === leases.get(scope)
      if (ageMs < LEASE_MS / 2 || (ageMs < LEASE_MS && !isOwn)) {
        return isOwn
      }
      // Only if nobody else has in the meantime; the tag is of the content, which must therefore differ.
      const won = await bucket.put(key, crypto.randomUUID(), {
        onlyIf: held ? { etagMatches: held.etag } : { etagDoesNotMatch: '*' },
      })
      if (won) {
        leases.set(scope, won.etag)
      }
      return won !== null
    },
  }
  return createSpill(store, settings)
}
