import { warnOnce } from '../base/warn.ts'
import { isSpilled, type SpillRoute } from '../export/pipeline/spill.ts'
import { routesBySpill, type SpilledMessage } from '../export/spill/queue.ts'
import { restore } from '../export/spill/restore.ts'
import { isSigned } from '../export/spill/signature.ts'
import { seemsStored } from '../export/spill/stored-batch.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { rememberedOptions } from '../telemetry/registry.ts'

/** Longest time until a message comes again, in seconds. */
const MAX_DELAY_SECONDS = 900

/** A message of a Cloudflare Queue, as far as it is used here. */
export interface DrainedMessage {
  readonly body: unknown
  readonly attempts?: number
  ack(): void
  retry(options?: { delaySeconds?: number }): void
}

/** A batch of messages, as a `queue` handler gets it. */
export interface DrainedBatch {
  readonly messages: readonly DrainedMessage[]
}

/**
 * Sends what `spillToQueue` has put into a queue: a `queue` handler, or called by one. Oldest first; the first that
 * the receiver does not take holds up the others, and all of them come again after a minute, then later and later.
 *
 * Sent is only what this service has signed. All other messages are left alone, whatever they look like, and returned:
 * where this is the whole handler, the platform acknowledges them when it returns, so give it a queue of its own, or
 * handle what it returns. Never throws.
 *
 * @param batch - What the handler was given.
 * @param env - The bindings.
 * @param options - The options object given to `observability`. Default, and for any other object such as the
 *   execution context: the first one given.
 * @returns The messages that are not ours, in their order.
 *
 * @example
 * ```ts
 * import { drainQueue } from 'hono-observability/spill'
 *
 * export default {
 *   async queue(batch: Parameters<typeof drainQueue>[0], env: unknown): Promise<void> {
 *     for (const message of await drainQueue(batch, env)) {
 *       console.log(message.body)
 *     }
 *   },
 * }
 * ```
 */
export const drainQueue = async <Message extends DrainedMessage>(
  batch: { readonly messages: readonly Message[] },
  env: unknown,
  options?: object,
): Promise<Message[]> => {
  const spilled = batch.messages.filter(seemsOurs).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  const ours = new Set<Message>()
  let isAway = false
  for (const message of spilled) {
    try {
      const ways = waysOf(env, options)
      const body = message.body as SpilledMessage
      const way = await signerOf(ways, body)
      if (!way) {
        warnOnce('messages that look like spilled telemetry were not signed here', 'drain foreign')
        continue
      }
      ours.add(message)
      isAway ||= !(await deliver(way, body, env))
    } catch (error) {
      ours.add(message)
      isAway = true
      warnOnce(`spilled messages not sent: ${error}`, 'drain')
    }
    if (isAway) {
      const delaySeconds = Math.min(60 * (message.attempts ?? 1), MAX_DELAY_SECONDS)
      message.retry({ delaySeconds })
    } else {
      message.ack()
    }
  }
  return batch.messages.filter((message) => !ours.has(message))
}

const seemsOurs = (message: DrainedMessage): boolean =>
  isSpilled(message) &&
  seemsStored(message.body) &&
  typeof (message.body as SpilledMessage).scope === 'string'

const idOf = ({ body }: DrainedMessage): string => (body as SpilledMessage).id

/** One signal's way to one destination that spills into a queue. */
interface Way {
  readonly route: SpillRoute
  readonly maxAgeMs: number
}

const waysOf = (env: unknown, given: object | undefined): Way[] => {
  const options = optionsOf(given)
  ensureTelemetry(options, env)
  return [options.otlp ?? []].flat().flatMap((otlp) => {
    const { routes = [], maxAgeMs = 0 } =
      (otlp && otlp.spill && routesBySpill.get(otlp.spill)) || {}
    return [...routes].map((route) => ({ route, maxAgeMs }))
  })
}

const isFor = ({ route }: Way, { scope }: SpilledMessage): boolean => route.scope === scope

/** The way whose secret signed it: the one it is for, or else another, as when a destination is gone. */
const signerOf = async (
  ways: readonly Way[],
  message: SpilledMessage,
): Promise<Way | undefined> => {
  const own = ways.filter((way) => isFor(way, message))
  for (const way of own.length ? own : ways) {
    if (await isSigned(way.route, message.scope, message)) {
      return way
    }
  }
  return undefined
}

/** Returns whether the receiver has decided. */
const deliver = async (way: Way, message: SpilledMessage, env: unknown): Promise<boolean> => {
  if (!isFor(way, message)) {
    warnOnce(`spilled messages for ${message.scope}, which is no destination`, 'drain scope')
    return false
  }
  const { kind } = await restore(way.route, message, way.maxAgeMs, env)
  return kind !== 'retry'
}

const optionsOf = (given: object | undefined): ObservabilityOptions =>
  given && 'otlp' in given ? (given as ObservabilityOptions) : rememberedOptions()
