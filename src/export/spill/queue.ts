import { delay } from '../../base/checks.ts'
import { gzip } from '../otlp/gzip.ts'
import type { Spill, SpillRoute } from '../pipeline/spill.ts'
import { checkOption, type SpillOptions, settingsOf } from './options.ts'
import { createSpill } from './spill.ts'
import { bindingOf } from './store.ts'
import type { SignedBatch } from './stored-batch.ts'

/** Limits of a queue for batches. */
export interface SpillQueueOptions extends Pick<SpillOptions, 'maxBatches' | 'maxAgeMs'> {
  /** How long a batch stays in the queue before its first attempt, in seconds. Default 60. */
  delaySeconds?: number
}

/** What a message of the queue holds. */
export interface SpilledMessage extends SignedBatch {
  readonly otlp: 'spilled'
  readonly scope: string
}

interface Producer {
  send(message: SpilledMessage, options: object): Promise<unknown>
}

/** A message has 128 kB, of which the fields take some. */
const MAX_BYTES = 127_000

/** What this isolate's ways are, for the consumer, and the age they allow. */
export const routesBySpill: WeakMap<
  Spill,
  { readonly routes: Set<SpillRoute>; readonly maxAgeMs: number }
> = /* @__PURE__ */ new WeakMap()

/**
 * Keeps spans and log records in a Cloudflare Queue while the receiver is away. The Worker that consumes the queue
 * sends them with `drainQueue`.
 *
 * A message for each batch, compressed. A batch that is larger than a message can be stays in memory.
 *
 * @param binding - Name of the queue's producer binding, in the Worker's environment.
 * @returns For `otlp.spill`.
 * @throws TypeError when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { instrument, observability } from 'hono-observability'
 * import { drainQueue, spillToQueue } from 'hono-observability/spill'
 *
 * const app = new Hono()
 * app.use(observability({ otlp: { spill: spillToQueue('SPILLED') } }))
 *
 * export default instrument({ fetch: app.fetch, queue: drainQueue })
 * ```
 */
export const spillToQueue = (binding: string, options: SpillQueueOptions = {}): Spill => {
  const { delaySeconds = 60, ...limits } = options
  const settings = settingsOf(binding, limits)
  checkOption('delaySeconds', delaySeconds, delay)
  const routes = new Set<SpillRoute>()
  const spill = createSpill(
    {
      async pack({ body, isGzipped = false, ...rest }) {
        const payload = { body, isGzipped, contentType: rest.contentType }
        await gzip(payload)
        const bytes =
          typeof payload.body === 'string' ? new TextEncoder().encode(payload.body) : payload.body
        if (bytes.length > MAX_BYTES) {
          throw new RangeError(`${bytes.length} bytes do not fit into a message`)
        }
        return { ...rest, ...payload, body: bytes }
      },
      async put(env, scope, batch) {
        const producer = bindingOf<Producer>(env, binding, 'send', 'a queue')
        await producer.send(
          { ...batch, otlp: 'spilled', scope },
          { contentType: 'v8', delaySeconds },
        )
      },
    },
    settings,
    (route) => {
      routes.add(route)
    },
  )
  routesBySpill.set(spill, { routes, maxAgeMs: settings.maxAgeMs })
  return spill
}
