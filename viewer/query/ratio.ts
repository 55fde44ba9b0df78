import type { Sql } from '../sql/sql.ts'
import type { MetricSeries } from './metric-lines.ts'
import { type MetricQuery, type MetricView, viewMetric } from './metric-series.ts'
import type { MetricItem } from './metrics.ts'

/** An instrument, and which part of it. */
export interface RatioPart {
  id: number
  query: MetricQuery
}

/** What one instrument is of another, as failed requests of all. */
export interface RatioView {
  metric: MetricItem
  over: MetricItem
  fromMs: number
  toMs: number
  stepMs: number
  /** One for each series of the first that the second has as well. `total` is of the whole time. */
  series: MetricSeries[]
  /** Empty where PromQL cannot say it. */
  promql: string
  truncated: boolean
}

/** Divides series by those that have the same attributes. Without `by`, all by all. */
export function viewRatio(sql: Sql, divided: RatioPart, divisor: RatioPart): RatioView | undefined {
  const by = divided.query.by ?? []
  const a = viewMetric(sql, divided.id, { ...divided.query, by })
  const b = viewMetric(sql, divisor.id, { ...divisor.query, by })
  if (!a || !b) return undefined
  const others = new Map(b.series.map((each) => [keyOf(each), each]))
  const series = a.series.flatMap((each) => {
    const other = others.get(keyOf(each))
    return other ? [quotient(each, other)] : []
  })
  const [first, second] = [queryOf(a), queryOf(b)]
  return {
    metric: a.metric,
    over: b.metric,
    fromMs: a.fromMs,
    toMs: a.toMs,
    stepMs: a.stepMs,
    series,
    promql: first && second ? `${first} / ${second}` : '',
    truncated: a.truncated || b.truncated,
  }
}

const keyOf = ({ attributes }: MetricSeries): string =>
  JSON.stringify(Object.entries(attributes).sort())

const queryOf = ({ promql }: MetricView): string => promql[0]?.query ?? ''

function quotient(a: MetricSeries, b: MetricSeries): RatioView['series'][number] {
  return {
    attributes: a.attributes,
    points: a.points.map(([timeMs, value], at) => {
      const over = b.points[at]?.[1] ?? null
      // Where nothing was counted of the first, there was nothing to count.
      return [timeMs, over ? (value ?? 0) / over : null]
    }),
    total: b.total ? a.total / b.total : 0,
  }
}
