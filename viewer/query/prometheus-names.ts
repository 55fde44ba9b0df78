import type { MetricItem } from './metrics.ts'

const UNITS: Record<string, string> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  Hz: 'hertz',
  Cel: 'celsius',
  '%': 'percent',
}

const PER: Record<string, string> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
}

/** The name that Prometheus gives to an instrument that comes by OTLP, with its default of suffixes. */
export function metricName({ name, unit, type, monotonic }: MetricItem): string {
  const [main = '', per = ''] = unit.replaceAll(/\{[^{}]*\}/g, '').split('/')
  const words = wordsIn(name)
  const add = (...more: string[]): void => {
    for (const word of more) if (word && !words.includes(word)) words.push(word)
  }
  add(...wordsIn(Object.hasOwn(UNITS, main) ? (UNITS[main] ?? '') : main === '1' ? '' : main))
  if (per) words.push('per', ...wordsIn(Object.hasOwn(PER, per) ? (PER[per] ?? '') : per))
  const suffix =
    type === 'sum' && monotonic ? 'total' : type === 'gauge' && main === '1' ? 'ratio' : ''
  if (suffix) words.splice(0, words.length, ...words.filter((word) => word !== suffix), suffix)
  const whole = words.join('_') || '_'
  return /^\d/.test(whole) ? `_${whole}` : whole
}

/** The label of an attribute. */
export function labelName(key: string): string {
  const name = key.replaceAll(/[^\w]/g, '_') || '_'
  return /^\d/.test(name) ? `key_${name}` : name
}

const wordsIn = (text: string): string[] => text.match(/[A-Za-z0-9]+/g) ?? []
