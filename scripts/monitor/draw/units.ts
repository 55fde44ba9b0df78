const digits = (value: number): string => String(Number(value.toPrecision(3)))

const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const

/** A number with a prefix by thousands. */
const short = (value: number): string => {
  const power = Math.min(
    PREFIXES.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)),
  )
  return `${digits(value / 1000 ** power)}${PREFIXES[power]}`
}

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  s: (value) => (value < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`),
  percentunit: (value) => `${digits(value * 100)} %`,
  reqps: (value) => `${digits(value)} req/s`,
  ops: (value) => `${digits(value)} /s`,
  bytes: (value) => `${short(value)}B`,
  currencyEUR: (value) => `€${digits(value)}`,
}

/** Writes a value in a unit of Grafana's. */
export const inUnit = (unit: string | undefined): ((value: number) => string) =>
  UNITS[unit ?? ''] ?? short
