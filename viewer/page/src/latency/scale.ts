import type { LatencyView } from '../api-types.ts'

/** Room around the points, in CSS pixels. */
export const EDGES = { left: 64, top: 8, right: 10, bottom: 22 } as const

export const HEIGHT_PX = 260

/** Where a time and a duration are in the picture, and back. Durations are shown by their logarithm. */
export interface Scale {
  x: (timeMs: number) => number
  y: (durationMs: number) => number
  timeAt: (x: number) => number
  durationAt: (y: number) => number
  /** Durations with a line: powers of ten. */
  ticksMs: number[]
}

/** What takes less is shown there. */
export const LEAST_MS = 0.01

/** Fits the durations; the time is the one that was asked for. */
export function scaleOf({ points, fromMs, toMs }: LatencyView, width: number): Scale {
  const durations = points.map(({ durationMs }) => Math.max(LEAST_MS, durationMs))
  const low = Math.floor(Math.log10(durations.reduce((a, b) => Math.min(a, b), 1)))
  const high = Math.max(
    low + 1,
    Math.ceil(Math.log10(durations.reduce((a, b) => Math.max(a, b), 10))),
  )
  const { left, top, right, bottom } = EDGES
  const inner = { width: Math.max(1, width - left - right), height: HEIGHT_PX - top - bottom }
  return {
    x: (timeMs) => left + ((timeMs - fromMs) / (toMs - fromMs)) * inner.width,
    y: (durationMs) => {
      const share = (Math.log10(Math.max(LEAST_MS, durationMs)) - low) / (high - low)
      return top + (1 - share) * inner.height
    },
    timeAt: (x) => fromMs + ((x - left) / inner.width) * (toMs - fromMs),
    durationAt: (y) => 10 ** (low + (1 - (y - top) / inner.height) * (high - low)),
    ticksMs: Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at)),
  }
}
