const UNITS: [limitMs: number, unitMs: number, unit: string][] = [
  [1, 0.001, 'µs'],
  [1000, 1, 'ms'],
  [10_000_000, 1000, 's'],
  [Number.POSITIVE_INFINITY, 86_400_000, 'd'],
]

/** A duration in at most 8 characters: `0 ms`, `412 µs`, `12.3 ms`, `1.50 s`. */
export function formatDuration(durationMs: number): string {
  for (const [limitMs, unitMs, unit] of UNITS) {
    if (durationMs <= 0 || durationMs >= limitMs) continue
    const value = durationMs / unitMs
    return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`
  }
  return '0 ms'
}
