/** Nanoseconds as a decimal string to whole microseconds, at most 2^53 - 1. */
export function toMicros(nano: string): number {
  return Math.min(Number(BigInt(nano) / 1000n), Number.MAX_SAFE_INTEGER)
}

/** From one time to another in nanoseconds; 0 when the second is before the first. */
export function durationNs(startNano: string, endNano: string): number {
  return Math.max(0, Number(BigInt(endNano) - BigInt(startNano)))
}
