import type { Config, SignalDestination, SignalName } from '../config/config.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { suppressTracing } from '../context/suppress.ts'
import { nativeFetch } from '../http/native-fetch.ts'
import { post } from '../otlp/post.ts'
import type { SendBatch } from '../pipeline/pipeline.ts'
import { SignalQueue } from '../pipeline/signal-queue.ts'
import { runtimeName } from '../runtimes/resource.ts'
import { warnOnce } from '../warn.ts'

/** Where a signal goes; undefined when it is not exported. */
export const destinationOf = (
  { disabled, otlp }: Config,
  signal: SignalName,
): SignalDestination | undefined => (!disabled && otlp && otlp[signal]) || undefined

interface QueueOptions<T> {
  encode: (records: readonly T[]) => string
  /** How many of what is counted one record stands for. Default 1. */
  countOf?: (record: T) => number
  maxBatchSize?: number
  retryAmbiguous?: boolean
}

/** The queue of one signal, with the caps of the configuration and the runtime. */
export const createQueue = <T>(
  config: Config,
  signal: SignalName,
  { encode, countOf = () => 1, maxBatchSize, retryAmbiguous = true }: QueueOptions<T>,
): SignalQueue<T> => {
  const { batch, otlp } = config
  return new SignalQueue<T>({
    signal,
    encode,
    countOf,
    retryAmbiguous,
    maxBatchSize: maxBatchSize ?? batch.maxBatchSize,
    maxQueueSize: batch.maxQueueSize ?? (runtimeName() === 'workers' ? 8192 : 2048),
    maxQueueBytes: batch.maxQueueBytes,
    maxAttempts: otlp ? otlp.maxAttempts : 1,
    // Twice the time-out: by then the request cannot but have ended.
    attemptLifetimeMs: 2 * (destinationOf(config, signal)?.timeoutMs ?? 0),
    onDrop: (reason) =>
      warnOnce(`dropping ${signal}: ${reason}. Counted from now on, not repeated here.`),
  })
}

/** Sends batches by OTLP/HTTP, and says once what went wrong. */
export const createSender =
  (config: Config): SendBatch =>
  async ({ signal }, { body }) => {
    const destination = destinationOf(config, signal)
    if (!destination) {
      throw new Error(`Invariant: a batch of ${signal} without a destination`)
    }
    const send = (config.otlp && config.otlp.fetch) || nativeFetch()
    const outcome = await runWithContext(suppressTracing(activeContext()), () =>
      post(destination, body, send),
    )
    if (outcome.kind !== 'accepted') {
      warnOnce(`${signal} not delivered to ${new URL(destination.url).origin}: ${outcome.reason}.`)
    } else if (outcome.message) {
      warnOnce(`the receiver of ${signal} says: ${outcome.message}`)
    }
    return outcome
  }
