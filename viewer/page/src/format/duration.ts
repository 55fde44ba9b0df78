const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

/** Milliseconds in the unit that reads best: `850 µs`, `12.4 ms`, `1.25 s`, `3 min 20 s`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–'
  const sign = ms < 0 ? '−' : ''
  const size = Math.abs(ms)
  if (size === 0) return '0 ms'
  if (size < 0.001) return `${sign}${(size * 1e6).toFixed(0)} ns`
  if (size < 1) return `${sign}${digits(size * 1000)} µs`
  if (size < 1000) return `${sign}${digits(size)} ms`
  if (size < 60_000) return `${sign}${digits(size / 1000)} s`
  return sign + long(Math.round(size / 1000))
}

const LONG_UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

function long(seconds: number): string {
  const first = LONG_UNITS.findIndex(([size]) => seconds >= size)
  const [size, name] = LONG_UNITS[first] ?? [1, 's']
  const rest = LONG_UNITS[first + 1]
  const parts = [`${Math.floor(seconds / size)} ${name}`]
  const remaining = rest ? Math.floor((seconds % size) / rest[0]) : 0
  if (rest && remaining) parts.push(`${remaining} ${rest[1]}`)
  return parts.join(' ')
}
