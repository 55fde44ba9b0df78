import type { Attributes } from '@opentelemetry/api'
import type { SignalName } from '../base/signal.ts'
import { warnOnce } from '../base/warn.ts'
import type { Exporter } from '../export/exporter.ts'
import { createOtlpExporter, type OtlpSignal } from '../export/otlp/exporter.ts'
import { SignalQueue, type SignalQueueOptions } from '../export/pipeline/signal-queue.ts'
import { runtimeName } from '../runtimes/runtime-name.ts'
import type { Config } from './config/config.ts'
import { routeOf } from './spill-route.ts'

interface QueueOptions<T> extends Pick<OtlpSignal<T>, 'encode'> {
  /** How many of what is counted one record stands for. Default 1. */
  countOf?: OtlpSignal<T>['countOf']
  split?: SignalQueueOptions<T>['split']
  maxBatchSize?: number
  retryAmbiguous?: boolean
}

/** One queue for each destination that takes the signal, with the caps of the configuration and the runtime. */
export const createQueues = <T>(
  config: Config,
  signal: SignalName,
  resource: Attributes,
  { encode, countOf = () => 1, split, maxBatchSize, retryAmbiguous = true }: QueueOptions<T>,
): SignalQueue<T>[] =>
  config.otlp.flatMap((destination, index) => {
    const { batch, maxAttempts, exporters, spill, [signal]: otlp } = destination
    const sdk = exporters?.[signal]
    const own =
      otlp && !exporters
        ? createOtlpExporter(
            { name: signal, encode, countOf },
            otlp,
            destination.fetch,
            batch.maxBatchBytes,
          )
        : undefined
    const exporter: Exporter<T> | undefined = sdk ?? own
    return exporter && !config.disabled
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
          // Only OTLP can be stored: what others are given is nobody's to read. And no metrics: until they are sent they
          // are summed up in their instruments, and a delta that was stored may arrive twice.
          spill:
            own && spill && signal !== 'metrics'
              ? (queue) => spill.open(routeOf(config, index, queue, own))
              : undefined,
          onDrop: (reason) =>
            warnOnce(`dropping ${signal}: ${reason}. Counted from now on, not repeated here.`),
        })
      : []
  })
