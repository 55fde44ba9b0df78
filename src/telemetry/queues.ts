import type { Attributes } from '@opentelemetry/api'
import type { SignalName } from '../base/signal.ts'
import { warnOnce } from '../base/warn.ts'
import type { Exporter } from '../export/exporter.ts'
import { createOtlpExporter, type OtlpSignal } from '../export/otlp/exporter.ts'
import type { Destination } from '../export/otlp/options.ts'
import { SignalQueue, type SignalQueueOptions } from '../export/pipeline/signal-queue.ts'
import { runtimeName } from '../runtimes/runtime-name.ts'
import type { Config } from './config/config.ts'

interface QueueOptions<T> extends Pick<OtlpSignal<T>, 'encode'> {
  /** How many of what is counted one record stands for. Default 1. */
  countOf?: OtlpSignal<T>['countOf']
  split?: SignalQueueOptions<T>['split']
  maxBatchSize?: number
  retryAmbiguous?: boolean
}

/** One queue for each destination that takes the signal, with the caps of the configuration and the runtime. */
export const createQueues = <T>(
  { disabled, otlp }: Config,
  signal: SignalName,
  resource: Attributes,
  { encode, countOf = () => 1, split, maxBatchSize, retryAmbiguous = true }: QueueOptions<T>,
): SignalQueue<T>[] =>
  otlp.flatMap((destination, index) => {
    const { batch, maxAttempts } = destination
    const exporter = exporterOf({ name: signal, encode, countOf }, destination)
    return exporter && !disabled
      ? new SignalQueue<T>({
          signal,
          destination: index,
          exporter,
          resource,
          countOf,
          split,
          retryAmbiguous,
          maxBatchSize: maxBatchSize ?? batch.maxBatchSize,
          maxQueueSize: batch.maxQueueSize ?? (runtimeName() === 'workers' ? 8192 : 2048),
          maxQueueBytes: batch.maxQueueBytes,
          maxAttempts,
          // Twice the time-out: by then the attempt cannot but have ended.
          attemptLifetimeMs: 2 * exporter.timeoutMs,
          onDrop: (reason) =>
            warnOnce(`dropping ${signal}: ${reason}. Counted from now on, not repeated here.`),
        })
      : []
  })

const exporterOf = <T>(
  signal: OtlpSignal<T>,
  destination: Destination,
): Exporter<T> | undefined => {
  const { exporters, fetch, batch, [signal.name]: otlp } = destination
  return exporters
    ? exporters[signal.name]
    : otlp
      ? createOtlpExporter(signal, otlp, fetch, batch.maxBatchBytes)
      : undefined
}
