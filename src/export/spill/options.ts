import { type Check, count, text } from '../../base/checks.ts'
import { mustBe } from '../../base/messages.ts'

/** Limits of a store for batches. */
export interface SpillOptions {
  /** What names in the store begin with, so that it can hold other things too. Default `otlp/`. */
  prefix?: string
  /** Batches that one isolate stores in one outage; those beyond it stay in memory, within its caps. Default 10000. */
  maxBatches?: number
  /** Age from which on a batch is dropped instead of sent, in milliseconds. Default 86400000, a day. */
  maxAgeMs?: number
  /**
   * Batches that one incoming request sends out of the store at most, each an export request in addition to
   * `otlp.batch.maxSubrequests`. Default 300; 10 for Workers' free plan, which allows 50 subrequests.
   */
  maxPerRequest?: number
}

/** @throws TypeError when it is not what it should be. */
export const checkOption = (
  name: string,
  value: unknown,
  { test, expected }: Check<unknown>,
): void => {
  if (!test(value)) {
    throw new TypeError(`Cannot spill: ${mustBe(name, expected, value)}`)
  }
}

/** @throws TypeError when one is not what it should be. */
export const settingsOf = (
  binding: string,
  {
    prefix = 'otlp/',
    maxBatches = 10_000,
    maxAgeMs = 86_400_000,
    maxPerRequest = 300,
  }: SpillOptions,
): Required<SpillOptions> => {
  const counts = { maxBatches, maxAgeMs, maxPerRequest }
  checkOption('binding', binding, text)
  checkOption('prefix', prefix, text)
  for (const [name, value] of Object.entries(counts)) {
    checkOption(name, value, count)
  }
  return { prefix, ...counts }
}
