import type { SignalName } from '../../../../src/base/signal.ts'
import type { BatchConfig } from '../../../../src/export/otlp/options.ts'
import {
  SignalQueue,
  type SignalQueueOptions,
} from '../../../../src/export/pipeline/signal-queue.ts'

/** How records are collected, unless a test is about that. */
export const BATCH: BatchConfig = {
  maxBatchSize: 512,
  maxQueueSize: 2048,
  maxQueueBytes: 1_000_000,
  maxLingerMs: 1000,
  delayMs: 5000,
  maxSubrequests: 30,
}

/** A queue of numbers, which are encoded as a JSON array. */
export const numberQueue = (
  signal: SignalName,
  options: Partial<SignalQueueOptions<number>> = {},
): SignalQueue<number> =>
  new SignalQueue<number>({
    signal,
    encode: (records) => JSON.stringify(records),
    maxBatchSize: BATCH.maxBatchSize,
    maxQueueSize: 2048,
    maxQueueBytes: BATCH.maxQueueBytes,
    maxAttempts: 5,
    attemptLifetimeMs: 20_000,
    countOf: () => 1,
    retryAmbiguous: true,
    onDrop: () => {},
    ...options,
  })
