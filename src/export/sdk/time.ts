import type { HrTime } from '@opentelemetry/api'

/** Milliseconds since the epoch as the SDK has them: seconds and nanoseconds. */
export const toHrTime = (ms: number): HrTime => {
  const micros = Math.round(ms * 1e3)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1e3]
}
