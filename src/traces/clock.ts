/**
 * One clock per local trace: wall time at its start, then monotonic time, so that a span never ends before it
 * starts when the system clock is set. On Workers both stand still between I/O, and 0 ms is a legal duration.
 */
export const clockOffsetMs = (): number => Date.now() - performance.now()

/** Milliseconds since the epoch, with fractions where the runtime has them. */
export const nowMs = (offsetMs: number): number => offsetMs + performance.now()

/** The API's `TimeInput` as milliseconds since the epoch. */
export const toMs = (time: unknown, offsetMs: number): number => {
  if (typeof time === 'number') {
    // The API allows a reading of performance.now(): far too small to be a date of this century.
    return time < 1e11 && offsetMs > 1e11 ? offsetMs + time : time
  }
  if (time instanceof Date) {
    return time.getTime()
  }
  if (Array.isArray(time)) {
    return time[0] * 1e3 + time[1] / 1e6
  }
  return nowMs(offsetMs)
}
