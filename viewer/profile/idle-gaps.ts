/** workerd and Bun take no samples while nothing runs. No load delays a sample by as many intervals as this. */
const GAP_INTERVALS = 10

/** Node, Deno, Bun, DevTools and our own command sample as often, or more often. */
const USUAL_INTERVAL_MS = 1

/** Longer ones say too little for anyone to ask for them. */
const MAX_INTERVAL_MS = 50

/**
 * How much of the time from one sample to the next was work: all of it, unless it lasts many intervals. Then nothing
 * ran, beyond one interval.
 *
 * @param distancesMs From each sample to the next.
 */
export function workWithin(distancesMs: readonly number[]): (ms: number) => number {
  const intervalMs = intervalOf(distancesMs)
  return (ms) => (ms > GAP_INTERVALS * intervalMs ? intervalMs : ms)
}

/**
 * A file does not say its interval. The median alone would take the pauses between short requests for it, so a longer
 * one than usual is believed only of a sampler that never paused, by its even distances.
 */
function intervalOf(distancesMs: readonly number[]): number {
  const sorted = distancesMs.filter((ms) => ms > 0).sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  const median = at(0.5) || USUAL_INTERVAL_MS
  const isEven = median <= MAX_INTERVAL_MS && at(0.9) < 1.5 * at(0.1)
  return isEven ? median : Math.min(median, USUAL_INTERVAL_MS)
}
