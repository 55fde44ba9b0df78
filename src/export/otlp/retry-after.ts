/** Longest wait a receiver can ask for: one typo must not silence an isolate for good. */
const MAX_MS = 10 * 60_000

/** `Retry-After` in milliseconds, from seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export const parseRetryAfter = (value: string | null, nowMs: number): number | undefined => {
  if (!value || value.length > 64) {
    return undefined
  }
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : // Date.parse also takes "-1" for a year; an HTTP date begins with the day's name.
      /^[A-Z]/i.test(value)
      ? Date.parse(value) - nowMs
      : Number.NaN
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_MS)
}
