/** How much later an app answers than another, by their 99th percentiles. */
export interface Comparison {
  /** Median of the rounds' differences. */
  differenceMs: number
  /** Median of the baseline's rounds. */
  baselineMs: number
  /** What three quarters of the baseline's rounds differ from the next by less: what the machine does by itself. */
  noiseMs: number
  isWithinBounds: boolean
}

const MAX_DIFFERENCE_MS = 5
const MAX_RATIO = 0.1

export const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

const median = (values: readonly number[]): number => quantile(values, 0.5)

/**
 * Compares rounds that were made in turn, beginning and ending with the baseline, so that each of the observed lies
 * between two others. Something else that runs on the machine hits both; what hits less than half of the rounds does
 * not count at all.
 */
export function compare(baseline: readonly number[], observed: readonly number[]): Comparison {
  const at = (index: number): number => baseline[index] as number
  const differenceMs = median(observed.map((ms, i) => ms - (at(i) + at(i + 1)) / 2))
  const baselineMs = median(baseline)
  const noiseMs = quantile(
    observed.map((_, i) => Math.abs(at(i + 1) - at(i))),
    0.75,
  )
  const limitMs = Math.max(MAX_DIFFERENCE_MS, MAX_RATIO * baselineMs + noiseMs)
  return { differenceMs, baselineMs, noiseMs, isWithinBounds: differenceMs <= limitMs }
}
