import type { SignalName } from '../../../../src/base/signal.ts'
import type { Exporter, Sealed } from '../../../../src/export/exporter.ts'
import type { Outcome } from '../../../../src/export/outcome.ts'
import type { BatchConfig } from '../../../../src/export/pipeline/batch-options.ts'
import {
  SignalQueue,
  type SignalQueueOptions,
} from '../../../../src/export/pipeline/signal-queue.ts'

/** How records are collected, unless a test is about that. */
export const BATCH: BatchConfig = {
  maxBatchSize: 512,
  maxBatchBytes: 900_000,
  maxQueueSize: 2048,
  maxQueueBytes: 1_000_000,
  maxLingerMs: 1000,
  delayMs: 5000,
  maxSubrequests: 30,
}

/** A batch of numbers, as text. */
export interface SealedText extends Sealed {
  readonly text: string
}

/** Numbers become a JSON array, and attempts end as told. */
export const numberExporter = (
  attempt: (numbers: number[]) => Outcome | Promise<Outcome> = () => ({
    kind: 'accepted',
    rejected: 0,
  }),
): Exporter<number, SealedText> => ({
  receiver: 'test',
  attributes: {},
  timeoutMs: 10_000,
  seal(records) {
    const text = JSON.stringify(records)
    return { text, bytes: text.length }
  },
  export: async ({ text }) => attempt(JSON.parse(text) as number[]),
})

/** A queue of numbers. */
export const numberQueue = (
  signal: SignalName,
  options: Partial<SignalQueueOptions<number>> = {},
): SignalQueue<number> =>
  new SignalQueue<number>({
    signal,
    exporter: numberExporter(),
    resource: {},
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
