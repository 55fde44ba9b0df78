import type { Expression } from '../search/parse.ts'
import type { MetricItem } from './metrics.ts'
import { labelName, metricName } from './prometheus-names.ts'

/** A query in PromQL, and what it answers. */
export interface PromQuery {
  /** `rate`: per second; `value`; or a quantile. */
  name: 'rate' | 'value' | 'p50' | 'p90' | 'p95' | 'p99'
  query: string
}

/** Which part of an instrument is asked for. */
export interface PromSelection {
  service?: string | undefined
  attributes: readonly (readonly [key: string, value: string])[]
  query?: Expression | undefined
  by?: readonly string[] | undefined
  stepMs: number
}

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
] as const

/**
 * What is shown of an instrument, in PromQL, with the names that Prometheus gives to what comes by OTLP
 * (underscores and suffixes). Empty where PromQL cannot say it: `or`, words, `>`, attributes of resources.
 */
export function promQueries(metric: MetricItem, selection: PromSelection): PromQuery[] {
  const matchers = matchersOf(metric, selection)
  if (!matchers) return []
  const name = metricName(metric)
  const labels = (selection.by ?? metric.attributes.map(({ key }) => key)).map(labelOf)
  const braces = matchers.length ? `{${matchers.join(',')}}` : ''
  const range = `[${rangeOf(selection.stepMs)}]`
  const rate = (suffix: string): string => `rate(${name}${suffix}${braces}${range})`
  const shown = (by: 'sum' | 'avg', inner: string, more: string[] = []): string => {
    const all = [...new Set([...more, ...labels])]
    return `${by}${all.length ? ` by (${all.join(', ')}) ` : ''}(${inner})`
  }
  switch (metric.type) {
    case 'gauge':
      return [{ name: 'value', query: shown('avg', name + braces) }]
    case 'sum':
      return metric.monotonic
        ? [{ name: 'rate', query: shown('sum', rate('')) }]
        : [{ name: 'value', query: shown('sum', name + braces) }]
    case 'summary':
      return [{ name: 'rate', query: shown('sum', rate('_count')) }]
    case 'histogram':
      return [
        { name: 'rate', query: shown('sum', rate('_count')) },
        ...QUANTILES.map(([quantile, q]) => ({
          name: quantile,
          query: `histogram_quantile(${q}, ${shown('sum', rate('_bucket'), ['le'])})`,
        })),
      ]
    case 'exponentialHistogram':
      return [
        { name: 'rate', query: `histogram_count(${shown('sum', rate(''))})` },
        ...QUANTILES.map(([quantile, q]) => ({
          name: quantile,
          query: `histogram_quantile(${q}, ${shown('sum', rate(''))})`,
        })),
      ]
  }
}

/** Prometheus wants a few points in a range; a minute has four of the usual ones. */
const rangeOf = (stepMs: number): string => `${Math.max(60, Math.ceil(stepMs / 1000))}s`

const labelOf = (key: string): string => (key === 'service.name' ? 'job' : labelName(key))

/** Prometheus refuses the sign for a broken character unless it is escaped. */
const quoted = (text: string): string =>
  JSON.stringify(text.replaceAll(/\p{Cs}/gu, '\u{fffd}')).replaceAll('\u{fffd}', '\\ufffd')

function matchersOf(metric: MetricItem, selection: PromSelection): string[] | undefined {
  const { service, attributes, query } = selection
  const own = query ? conditions(metric, query) : []
  return (
    own && [
      ...(service ? [`job=${quoted(service)}`] : []),
      ...attributes.map(([key, value]) => `${labelOf(key)}=${quoted(value)}`),
      ...own,
    ]
  )
}

/** Label matchers that say the same as a query; undefined where there are none. */
function conditions(metric: MetricItem, query: Expression): string[] | undefined {
  if (query.is === 'and') {
    const parts = query.parts.map((part) => conditions(metric, part))
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  const isNot = query.is === 'not'
  const inner = isNot ? query.part : query
  if (inner.is !== 'compare' && inner.is !== 'exists') return undefined
  const isOfService = inner.key === 'service' || inner.key === 'service.name'
  const isLabel = isOfService || metric.attributes.some(({ key }) => key === inner.key)
  if (!isLabel) return undefined
  const label = isOfService ? 'job' : labelName(inner.key)
  if (inner.is === 'exists') return [`${label}${isNot ? '=' : '!='}""`]
  const { operator, value } = inner
  if (operator === '=') return [`${label}${isNot ? '!=' : '='}${quoted(value)}`]
  // To Prometheus, a label that is missing is another value.
  if (operator === '!=' && !isNot) return [`${label}!=${quoted(value)}`, `${label}!=""`]
  if (operator !== '~') return undefined
  const pattern = `(?i).*${value.split('*').map(escaped).join('.*')}.*`
  return [`${label}${isNot ? '!~' : '=~'}${quoted(pattern)}`]
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
