import { formatDuration } from './duration.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** A count with separators: `12,041`. */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** A count with its noun: `1 span`, `2 spans`. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${value === 1 ? noun : `${noun}s`}`
}

/** Three digits that matter: `0.0312`, `12.4`, `3,120`, `1.2 M`. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  const size = Math.abs(value)
  if (size >= 1e9) return `${(value / 1e9).toPrecision(3)} G`
  if (size >= 1e6) return `${(value / 1e6).toPrecision(3)} M`
  if (size >= 100) return whole.format(value)
  if (size !== 0 && size < 0.001) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in powers of 1,000: `4.2 kB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1000 && unit < BYTES.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${BYTES[unit]}`
}

/** A share of one: `3.75 %`. */
export function formatShare(share: number | null): string {
  if (share === null) return '–'
  return `${share === 0 ? '0' : Number((share * 100).toPrecision(3))} %`
}

const MS_OF: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
}

/** A value in its UCUM unit, as the semantic conventions use them. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–'
  const ms = MS_OF[unit]
  if (ms !== undefined) return formatDuration(value * ms)
  if (unit === 'By') return formatBytes(value)
  const name = unit.replace(/[{}]/g, '')
  return !name || name === '1' ? formatNumber(value) : `${formatNumber(value)} ${name}`
}
