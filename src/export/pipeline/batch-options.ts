import { count, delay } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import { defaultsOf, fieldsOf, type OptionTable, type Resolved } from '../../base/options.ts'
import { group, type Schema } from '../../base/schema.ts'
import { DEFAULT_BODY_BYTES } from '../otlp/body-limit.ts'

/** When the buffer is sent, and how much it may hold. */
export interface BatchOptions {
  /** Most records in one export request. Default 512. */
  maxBatchSize?: number
  /**
   * Most bytes of one export request's body as sent, compressed where it is: what takes more is sent in parts, one
   * record alone as it is. A receiver that answers 413 gets less from then on. Default 900000.
   */
  maxBatchBytes?: number
  /** Most records waiting per signal; the newest beyond it are dropped and counted. Default 8192 on Workers, 2048 elsewhere. */
  maxQueueSize?: number
  /** Most bytes (estimated) waiting per signal. Default 16 MiB. */
  maxQueueBytes?: number
  /** Longest time records wait for company on Workers, in milliseconds. Default 1000. */
  maxLingerMs?: number
  /** Time between exports where timers outlive a request (Deno, Bun, Node), in milliseconds. Default 5000. */
  delayMs?: number
  /**
   * Most export requests one incoming request makes on Workers, whose free plan allows 50 subrequests. Default 30,
   * shared by the destinations.
   */
  maxSubrequests?: number
}

/** Unset means "the default of the runtime", which the pipeline knows. */
export type BatchConfig = Resolved<
  BatchOptions,
  'maxBatchSize' | 'maxBatchBytes' | 'maxQueueBytes' | 'maxLingerMs' | 'delayMs' | 'maxSubrequests'
>

export const batchTable: OptionTable<BatchOptions> = {
  maxBatchSize: { of: count, variable: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', default: 512 },
  maxBatchBytes: { of: count, default: DEFAULT_BODY_BYTES },
  maxQueueSize: { of: count, variable: 'OTEL_BSP_MAX_QUEUE_SIZE' },
  maxQueueBytes: { of: count, default: 16_777_216 },
  maxLingerMs: { of: delay, default: 1000 },
  delayMs: { of: delay, variable: 'OTEL_BSP_SCHEDULE_DELAY', default: 5000 },
  maxSubrequests: { of: count, default: 30 },
}

export const batchSchema = (): Schema<BatchOptions> => group<BatchOptions>(fieldsOf(batchTable))

/** @param destinations How many share the requests that one invocation may make. */
export const resolveBatch = (
  options: BatchOptions | undefined,
  environment: Environment,
  destinations: number,
): BatchConfig => {
  const defaults = defaultsOf<BatchOptions, keyof BatchOptions>(batchTable, environment)
  const resolved = merge<BatchConfig>(
    { ...defaults, maxSubrequests: Math.ceil(defaults.maxSubrequests / destinations) },
    options,
  )
  // A batch larger than the queue would never fill.
  const { maxBatchSize, maxQueueSize = maxBatchSize } = resolved
  return merge(resolved, { maxBatchSize: Math.min(maxBatchSize, maxQueueSize) })
}
