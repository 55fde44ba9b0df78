import type { Plain } from '../otlp/value.ts'
import { increments, type LoadedSeries, numberOf } from './metric-points.ts'
import type { MetricItem } from './metrics.ts'

/** Values of one line of a chart. */
export interface MetricSeries {
  attributes: Record<string, Plain>
  /** The start of each slot, and its value; null where there is none. */
  points: [timeMs: number, value: number | null][]
  /** Everything that was counted in the time; for values, the last. */
  total: number
}

/** A level stands until the next point, but no longer than this. */
const CARRIED_MS = 300_000

/** What was counted over a longer time is shown at its end. */
const SPREAD_MS = 300_000

/** Per second, spread over the time in which it was counted. */
export function rateLine(
  members: readonly LoadedSeries[],
  { temporality }: MetricItem,
  timesMs: readonly number[],
  stepMs: number,
  fromMs: number,
): Pick<MetricSeries, 'points' | 'total'> {
  const sums = new Array<number | null>(timesMs.length).fill(null)
  const originMs = timesMs[0] ?? 0
  let total = 0
  const put = (slot: number, value: number): void => {
    if (slot >= 0 && slot < sums.length) sums[slot] = (sums[slot] ?? 0) + value
  }
  for (const member of members) {
    for (const { sinceMs, timeMs, value } of increments(
      member,
      temporality ?? 'cumulative',
      fromMs,
    )) {
      if (!Number.isFinite(value)) continue
      total += value
      const lengthMs = timeMs - sinceMs
      // A point at a slot's very beginning belongs to the one before.
      const last = Math.ceil((timeMs - originMs) / stepMs) - 1
      if (lengthMs <= stepMs || lengthMs > SPREAD_MS) {
        put(last, value)
        continue
      }
      for (let slot = Math.floor((sinceMs - originMs) / stepMs); slot <= last; slot++) {
        const startMs = originMs + slot * stepMs
        const shareMs = Math.min(timeMs, startMs + stepMs) - Math.max(sinceMs, startMs)
        put(slot, (value * shareMs) / lengthMs)
      }
    }
  }
  return {
    points: timesMs.map((ms, i) => {
      const sum = sums[i] ?? null
      return [ms, sum === null ? null : sum / (stepMs / 1000)]
    }),
    total,
  }
}

/** The last value of each slot, carried on for five minutes; the sum of several series. */
export function valueLine(
  members: readonly LoadedSeries[],
  { temporality, type }: MetricItem,
  timesMs: readonly number[],
  stepMs: number,
): Pick<MetricSeries, 'points' | 'total'> {
  const sums = new Array<number | null>(timesMs.length).fill(null)
  const counts = new Array<number>(timesMs.length).fill(0)
  for (const { points, before } of members) {
    const known = before ? [before, ...points] : points
    let next = 0
    let current: number | null = null
    let currentMs = 0
    for (const [slot, startMs] of timesMs.entries()) {
      for (
        let point = known[next];
        point && point.timeMs <= startMs + stepMs;
        point = known[next]
      ) {
        const value = numberOf(point.detail)
        // Steps up and down from an unknown beginning.
        current = temporality === 'delta' ? (current ?? 0) + value : value
        currentMs = point.timeMs
        next++
      }
      const isFresh = temporality === 'delta' || startMs - currentMs <= CARRIED_MS
      if (current !== null && Number.isFinite(current) && isFresh) {
        sums[slot] = (sums[slot] ?? 0) + current
        counts[slot] = (counts[slot] ?? 0) + 1
      }
    }
  }
  // Levels of several places add up when they are sums; of gauges, the mean is shown.
  const points = timesMs.map((ms, i): [number, number | null] => {
    const sum = sums[i] ?? null
    return [ms, sum === null || type !== 'gauge' ? sum : sum / (counts[i] ?? 1)]
  })
  return { points, total: points.findLast(([, value]) => value !== null)?.[1] ?? 0 }
}
