import type { TraceView } from '../api-types.ts'

/** The time that the width of a waterfall stands for. */
export interface TimeScale {
  /** Where the width begins, after the trace's start. */
  fromMs: number
  lengthMs: number
  /** Milliseconds since 1970. */
  startMs: number
}

/** Never 0, so that shares of it are numbers. */
export function lengthOf({ trace, spans }: TraceView): number {
  let end = trace.durationMs
  for (const { offsetMs, durationMs } of spans) end = Math.max(end, offsetMs + durationMs)
  return end > 0 ? end : 1
}

/** A place on the scale in percent, within it. */
export function percent(ms: number, { fromMs, lengthMs }: TimeScale): number {
  return Math.max(0, Math.min(100, ((ms - fromMs) / lengthMs) * 100))
}

/** Whether any of a stretch is within the scale. */
export function isInSight(offsetMs: number, durationMs: number, scale: TimeScale): boolean {
  return offsetMs <= scale.fromMs + scale.lengthMs && offsetMs + durationMs >= scale.fromMs
}

/** Round times for so many lines at most, the first at or after the beginning. */
export function ticksOf({ fromMs, lengthMs }: TimeScale, most: number): number[] {
  const rough = lengthMs / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough
  const first = Math.ceil(fromMs / step - 1e-9)
  const count = Math.floor((fromMs + lengthMs) / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, at) => (first + at) * step)
}

/** Indentation; beyond a depth it stays, so that names remain readable. */
export function indent(depth: number): string {
  return `min(${depth * 14}px, 40%)`
}
