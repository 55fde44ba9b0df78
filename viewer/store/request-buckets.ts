/**
 * Durations are counted in buckets that grow by 2^(1/10), about 7 %: a quantile read from their
 * middles is within 4 % of the true one, and adding buckets up loses nothing.
 */
const BUCKETS_PER_DOUBLING = 10

/** The bucket of what is counted without a duration: how long it takes is no latency. */
export const NO_DURATION = -1

/** The bucket of a duration. 0 is for no time at all. */
export function bucketOf(durationNs: number): number {
  return durationNs < 1 ? 0 : 1 + Math.floor(Math.log2(durationNs) * BUCKETS_PER_DOUBLING)
}

/** The middle of a bucket in milliseconds. */
export function bucketMs(bucket: number): number {
  return bucket === 0 ? 0 : 2 ** ((bucket - 0.5) / BUCKETS_PER_DOUBLING) / 1e6
}

/** The quantile (0 to 1) of counted durations in milliseconds; null when there are none. */
export function quantileMs(counts: ReadonlyMap<number, number>, quantile: number): number | null {
  const buckets = [...counts.keys()].sort((a, b) => a - b)
  const total = buckets.reduce((sum, bucket) => sum + (counts.get(bucket) ?? 0), 0)
  if (total === 0) return null
  let below = 0
  for (const bucket of buckets) {
    below += counts.get(bucket) ?? 0
    if (below >= quantile * total) return bucketMs(bucket)
  }
  return null
}

/** Lengths of the slots that requests are counted in, in seconds: one for an hour, one for days. */
export const STEPS_S: readonly [fine: number, coarse: number] = [10, 300]
