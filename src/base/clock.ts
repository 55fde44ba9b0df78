/**
 * One clock per local trace: wall time at its start, then monotonic time, so that a span never ends before it
 * starts when the system clock is set. On Workers both stand still between I/O, and 0 ms is a legal duration.
 */
export const clockOffsetMs = (): number => Date.now() - performance.now()

/** Milliseconds since the epoch, with fractions where the runtime has them. */
export const nowMs = (offsetMs: number): number => offsetMs + performance.now()

/** No receiver takes a time outside of 64 bits of nanoseconds, and the year 2540 is a mistake. */
const LATEST_MS = 1.8e13

/** The API's `TimeInput` as milliseconds since the epoch; now, for what is no time. */
export const toMs = (time: unknown, offsetMs: number): number => {
  if (time === undefined) {
    return nowMs(offsetMs)
  }
  const ms = read(time, offsetMs)
  return ms >= 0 && ms < LATEST_MS ? ms : nowMs(offsetMs)
}

const read = (time: unknown, offsetMs: number): number => {
  if (typeof time === 'number') {
    // The API allows a reading of performance.now(): far too small to be a date of this century.
    return time < 1e11 && offsetMs > 1e11 ? offsetMs + time : time
  }
  try {
    return Array.isArray(time)
      ? Number(time[0]) * 1e3 + Number(time[1]) / 1e6
      : isDate(time)
        ? time.getTime()
        : Number.NaN
  } catch {
    return Number.NaN
  }
}

/** Of this realm or another. */
export const isDate = (value: unknown): value is Date =>
  value instanceof Date || Object.prototype.toString.call(value) === '[object Date]'
