import type { ObservabilityOptions } from '../config/options.ts'
import { isSpilled } from '../pipeline/spill.ts'
import { rememberedOptions } from '../telemetry/registry.ts'
import { ensureTelemetry } from '../telemetry/telemetry.ts'
import { warnOnce } from '../warn.ts'
import { type SpilledMessage, targetsBySpill } from './queue.ts'
import { restore } from './restore.ts'
import { scopeOf } from './scope.ts'

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
 * Messages of other kinds are left alone: where this is the whole handler, the platform acknowledges them when it returns,
 * so give it a queue of its own, or handle them beside it. Never throws.
 *
 * @param batch - What the handler was given.
 * @param env - The bindings.
 * @param options - The options object given to `observability`. Default, and for any other object such as the
 *   execution context: the first one given.
 *
 * @example
 * ```ts
 * import { drainQueue } from 'hono-observability/spill'
 *
 * export default {
 *   async queue(batch: Parameters<typeof drainQueue>[0], env: unknown): Promise<void> {
 *     await drainQueue(batch, env)
 *   },
 * }
 * ```
 */
export const drainQueue = async (
  batch: DrainedBatch,
  env: unknown,
  options?: object,
): Promise<void> => {
  const spilled = batch.messages.filter(isSpilled).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  let isAway = false
  for (const message of spilled) {
    try {
      isAway ||= !(await deliver(message.body as SpilledMessage, env, options))
    } catch (error) {
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
}

const idOf = ({ body }: DrainedMessage): string => (body as SpilledMessage).id

/** Returns whether the receiver has decided. */
const deliver = async (
  message: SpilledMessage,
  env: unknown,
  given: object | undefined,
): Promise<boolean> => {
  const options = optionsOf(given)
  // There is no request; one without `cf` tells as much.
  ensureTelemetry(options, env, new Request('http://localhost/'))
  for (const otlp of [options.otlp ?? []].flat()) {
    const { targets, maxAgeMs } = (otlp && otlp.spill && targetsBySpill.get(otlp.spill)) || {}
    for (const target of targets ?? []) {
      const queue = target.queues.find((each) => scopeOf(target, each) === message.scope)
      if (queue && maxAgeMs) {
        const { kind } = await restore(target, queue, message, maxAgeMs, env)
        return kind !== 'retry'
      }
    }
  }
  warnOnce(`spilled messages for ${message.scope}, which is no destination`, 'drain scope')
  return false
}

const optionsOf = (given: object | undefined): ObservabilityOptions =>
  given && 'otlp' in given ? (given as ObservabilityOptions) : rememberedOptions()
