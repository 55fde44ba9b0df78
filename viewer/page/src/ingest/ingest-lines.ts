import type { IngestView } from '../api-types.ts'
import type { Line } from '../charts/line-chart.tsx'

const SIGNALS: readonly (readonly [signal: string, colour: string])[] = [
  ['traces', '--colour-0'],
  ['metrics', '--colour-1'],
  ['logs', '--colour-2'],
]

/** The bytes of each signal, in every slot of the time. */
export function bytesOverTime({ timeline, fromMs, toMs, stepMs }: IngestView): {
  timesMs: number[]
  lines: Line[]
} {
  const timesMs: number[] = []
  for (let ms = Math.floor(fromMs / stepMs) * stepMs; ms + stepMs <= toMs; ms += stepMs)
    timesMs.push(ms)
  return {
    timesMs,
    lines: SIGNALS.map(([signal, colour]) => {
      const own = timeline.filter((slot) => slot.signal === signal)
      const bytes = new Map(own.map((slot) => [slot.timeMs, slot.bytes]))
      return {
        name: signal,
        colour,
        values: timesMs.map((ms) => (bytes.get(ms) ?? 0) / (stepMs / 1000)),
      }
    }),
  }
}
