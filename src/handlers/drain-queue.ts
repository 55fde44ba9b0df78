import { warnOnce } from '../base/warn.ts'
import type { Queue } from '../export/pipeline/pipeline.ts'
import { isSpilled, type SpillTarget } from '../export/pipeline/spill.ts'
import { type SpilledMessage, targetsBySpill } from '../export/spill/queue.ts'
import { restore } from '../export/spill/restore.ts'
import { scopeOf } from '../export/spill/scope.ts'
import { isSigned } from '../export/spill/signature.ts'
import { seemsStored } from '../export/spill/stored-batch.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { rememberedOptions } from '../telemetry/registry.ts'
import { ensureTelemetry } from '../telemetry/telemetry.ts'

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
      const routes = routesOf(env, options)
      const body = message.body as SpilledMessage
      const route = await signerOf(routes, body)
      if (!route) {
        warnOnce('messages that look like spilled telemetry were not signed here', 'drain foreign')
        continue
      }
      ours.add(message)
      isAway ||= !(await deliver(route, body, env))
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

/** One signal of one destination that spills into a queue. */
interface Route {
  readonly target: SpillTarget
  readonly queue: Queue
  readonly maxAgeMs: number
}

const routesOf = (env: unknown, given: object | undefined): Route[] => {
  const options = optionsOf(given)
  // There is no request; one without `cf` tells as much.
  ensureTelemetry(options, env, new Request('http://localhost/'))
  return [options.otlp ?? []].flat().flatMap((otlp) => {
    const { targets = [], maxAgeMs = 0 } =
      (otlp && otlp.spill && targetsBySpill.get(otlp.spill)) || {}
    return [...targets].flatMap((target) =>
      target.queues.map((queue) => ({ target, queue, maxAgeMs })),
    )
  })
}

const isFor = ({ target, queue }: Route, { scope }: SpilledMessage): boolean =>
  queue.signal !== 'metrics' && scopeOf(target, queue) === scope

/** The route whose secret signed it: the one it is for, or else another, as when a destination is gone. */
const signerOf = async (
  routes: readonly Route[],
  message: SpilledMessage,
): Promise<Route | undefined> => {
  const own = routes.filter((route) => isFor(route, message))
  for (const route of own.length ? own : routes) {
    if (await isSigned(route.target, route.queue, message.scope, message)) {
      return route
    }
  }
  return undefined
}

/** Returns whether the receiver has decided. */
const deliver = async (route: Route, message: SpilledMessage, env: unknown): Promise<boolean> => {
  if (!isFor(route, message)) {
    warnOnce(`spilled messages for ${message.scope}, which is no destination`, 'drain scope')
    return false
  }
  const { kind } = await restore(route.target, route.queue, message, route.maxAgeMs, env)
  return kind !== 'retry'
}

const optionsOf = (given: object | undefined): ObservabilityOptions =>
  given && 'otlp' in given ? (given as ObservabilityOptions) : rememberedOptions()
