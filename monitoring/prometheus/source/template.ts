import type { Alert, Format } from './rule.ts'

const digits = (value: number): string => String(Number(value.toPrecision(4)))

const duration = (seconds: number): string => {
  if (seconds < 1) return `${digits(seconds * 1000)}ms`
  if (seconds < 60) return `${digits(seconds)}s`
  return `${Math.floor(seconds / 60)}m ${Math.floor(seconds % 60)}s`
}

/** A value as the template of {@link templates} writes it. */
export const written: Readonly<Record<Format, (value: number) => string>> = {
  share: (value) => `${digits(value * 100)}%`,
  seconds: duration,
  number: (value) => digits(value),
  bytes: (value) =>
    value < 1024 ** 3 ? `${digits(value / 1024 ** 2)}MiB` : `${digits(value / 1024 ** 3)}GiB`,
}

const TEMPLATES: Readonly<Record<Format, string>> = {
  share: '{{ $value | humanizePercentage }}',
  seconds: '{{ $value | humanizeDuration }}',
  number: '{{ $value | printf "%.4g" }}',
  bytes: '{{ $value | humanize1024 }}B',
}

/** An annotation with something put in the place of each `{name}`. */
const fill = (text: string, put: (name: string) => string): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => put(name))

/** An annotation as Prometheus's template. */
export const toTemplate = ({ format, limit, labels }: Alert, text: string): string =>
  fill(text, (name) => {
    if (name === 'limit') return written[format](limit)
    // What the rule itself adds is not among `$labels`.
    return name === 'value' ? TEMPLATES[format] : (labels?.[name] ?? `{{ $labels.${name} }}`)
  })

/** An annotation as it is to be, once an alert has fired. */
export const toText = (
  { format, limit }: Alert,
  text: string,
  labels: Readonly<Record<string, string>>,
  value: number,
): string =>
  fill(text, (name) => {
    if (name === 'limit') return written[format](limit)
    return name === 'value' ? written[format](value) : (labels[name] ?? '')
  })

/** A limit in a table. */
export const limitText = ({ format, limit }: Alert): string =>
  limit ? written[format](limit) : '–'
