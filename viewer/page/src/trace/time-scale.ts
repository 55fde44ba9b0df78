import type { TraceView } from '../api-types.ts'

/** The time that the width of a waterfall stands for. */
export interface TimeScale {
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
export function percent(ms: number, { lengthMs }: TimeScale): number {
  return Math.max(0, Math.min(100, (ms / lengthMs) * 100))
}

/** Indentation; beyond a depth it stays, so that names remain readable. */
export function indent(depth: number): string {
  return `min(${depth * 14}px, 40%)`
}
