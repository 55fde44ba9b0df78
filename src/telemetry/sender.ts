import type { SignalName } from '../base/signal.ts'
import { warnOnce } from '../base/warn.ts'
import { runWithContext } from '../context/async-context.ts'
import { ROOT } from '../context/context.ts'
import { suppressTracing } from '../context/suppress.ts'
import type { Destination, OtlpConfig } from '../export/otlp/options.ts'
import type { Payload } from '../export/otlp/payload.ts'
import { post } from '../export/otlp/post.ts'
import type { OtlpProtocol } from '../export/otlp/protocol.ts'
import type { SendBatch } from '../export/pipeline/pipeline.ts'
import { SignalQueue } from '../export/pipeline/signal-queue.ts'
import type { Deliver } from '../export/pipeline/spill.ts'
import { nativeFetch } from '../runtimes/native-fetch.ts'
import { runtimeName } from '../runtimes/runtime-name.ts'
import type { Config } from './config/config.ts'

interface QueueOptions<T> {
  encode: (records: readonly T[], protocol: OtlpProtocol | undefined) => Payload['body']
  /** How many of what is counted one record stands for. Default 1. */
  countOf?: (record: T) => number
  maxBatchSize?: number
  retryAmbiguous?: boolean
}

/** One queue for each destination that takes the signal, with the caps of the configuration and the runtime. */
export const createQueues = <T>(
  { disabled, otlp }: Config,
  signal: SignalName,
  { encode, countOf = () => 1, maxBatchSize, retryAmbiguous = true }: QueueOptions<T>,
): SignalQueue<T>[] =>
  otlp.flatMap(({ [signal]: destination, batch, maxAttempts }, index) =>
    destination && !disabled
      ? new SignalQueue<T>({
          signal,
          destination: index,
          encode: (records) => encode(records, destination.protocol),
          countOf,
          retryAmbiguous,
          maxBatchSize: maxBatchSize ?? batch.maxBatchSize,
          maxQueueSize: batch.maxQueueSize ?? (runtimeName() === 'workers' ? 8192 : 2048),
          maxQueueBytes: batch.maxQueueBytes,
          maxAttempts,
          // Twice the time-out: by then the request cannot but have ended.
          attemptLifetimeMs: 2 * destination.timeoutMs,
          onDrop: (reason) =>
            warnOnce(`dropping ${signal}: ${reason}. Counted from now on, not repeated here.`),
        })
      : [],
  )

/** Some receivers quote what they were sent. */
const conceal = (message: string, headers: Readonly<Record<string, string>>): string =>
  Object.values(headers)
    .flatMap((value) => [value, ...value.split(' ')])
    .filter(({ length }) => length > 3)
    .reduce((text, value) => text.replaceAll(value, '[redacted]'), message)

/** Sends by OTLP/HTTP, and says once what went wrong. */
export const createDeliver =
  (fetch: OtlpConfig['fetch']): Deliver =>
  async (signal, destination, payload, env) => {
    const send = fetch ?? nativeFetch()
    // Not in the request's context: other tracers that patch `fetch` would make spans of our requests.
    const outcome = await runWithContext(suppressTracing(ROOT), () =>
      post(destination, payload, (url, init) => send(url, init, env)),
    )
    if (outcome.kind !== 'accepted') {
      warnOnce(`${signal} not delivered to ${new URL(destination.url).origin}: ${outcome.reason}.`)
    } else if (outcome.message) {
      warnOnce(`the receiver of ${signal} says: ${conceal(outcome.message, destination.headers)}`)
    }
    return outcome
  }

/** Sends the batches of one destination's queues, which are there for those signals that have a destination. */
export const createSender =
  (otlp: Destination, deliver: Deliver): SendBatch =>
  ({ signal }, batch, env) =>
    deliver(signal, otlp[signal] as Exclude<Destination[SignalName], false>, batch, env)
