import type { Plain } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'
import { type ExemplarItem, exemplarFields } from './exemplars.ts'
import { type HistogramView, histogramView } from './histogram-view.ts'
import { type MetricSeries, rateLine, valueLine } from './metric-lines.ts'
import { type LoadedSeries, loadPoints, type SeriesFilter, textOfPlain } from './metric-points.ts'
import { factsOf, findMetric, type MetricItem } from './metrics.ts'
import { type PromQuery, promQueries } from './promql.ts'

/** Which part of an instrument is wanted, and how. */
export interface MetricQuery extends SeriesFilter {
  fromMs: number
  toMs: number
  stepMs: number
  /** Series that agree in these attributes are one; undefined keeps all apart. */
  by?: readonly string[]
}

/** The answer to a {@link MetricQuery}. */
export interface MetricView {
  metric: MetricItem
  fromMs: number
  toMs: number
  stepMs: number
  /** `rate`: per second, of what is counted. `value`: what was measured. */
  shows: 'rate' | 'value'
  /** The largest 50. */
  series: ShownSeries[]
  seriesTotal: number
  /** What `series` and the quantiles are in PromQL; empty where it cannot be said. */
  promql: PromQuery[]
  /** Of histograms; null for the others. */
  histogram: HistogramView | null
  exemplars: Pick<ExemplarItem, 'value' | 'timeMs' | 'traceId' | 'spanId' | 'attributes'>[]
  /** There was more than one answer reads. */
  truncated: boolean
}

/** A line, and of histograms its quantiles. */
export interface ShownSeries extends MetricSeries {
  quantiles: SeriesQuantiles | null
}

/** Of one series of a histogram. */
export interface SeriesQuantiles extends Quantiles {
  /** By slot; empty but for the first 12 series. */
  overTime: Quantiles[]
}

type Quantiles = Pick<HistogramView, 'p50' | 'p90' | 'p95' | 'p99'>

const MAX_SERIES_SHOWN = 50
const MAX_WITH_TIMES = 12
const MAX_EXEMPLARS = 500

/** Reads an instrument over time. Undefined for an unknown one. */
export function viewMetric(sql: Sql, id: number, query: MetricQuery): MetricView | undefined {
  const metric = findMetric(sql, id)
  if (!metric) return undefined
  const { fromMs, toMs, stepMs } = query
  const { series, truncated } = loadPoints(sql, id, query, query, factsOf(metric))
  const isValue = metric.type === 'gauge' || metric.monotonic === false
  const timesMs: number[] = []
  for (let ms = Math.floor(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) timesMs.push(ms)
  const lines = new Map<string, { attributes: Record<string, Plain>; members: LoadedSeries[] }>()
  for (const each of series) {
    const attributes = groupOf(each, query.by)
    const key = JSON.stringify(Object.entries(attributes).sort())
    const line = lines.get(key) ?? { attributes, members: [] }
    line.members.push(each)
    lines.set(key, line)
  }
  const drawn = [...lines.values()].map(({ attributes, members }) => ({
    attributes,
    members,
    ...(isValue
      ? valueLine(members, metric, timesMs, stepMs)
      : rateLine(members, metric, timesMs, stepMs, fromMs)),
  }))
  drawn.sort((a, b) => b.total - a.total)
  const isHistogram = metric.type === 'histogram' || metric.type === 'exponentialHistogram'
  return {
    metric,
    fromMs,
    toMs,
    stepMs,
    shows: isValue ? 'value' : 'rate',
    series: drawn.slice(0, MAX_SERIES_SHOWN).map(({ members, ...line }, at) => {
      if (!isHistogram) return { ...line, quantiles: null }
      const own = histogramView(members, metric, timesMs, stepMs, fromMs)
      const overTime = at < MAX_WITH_TIMES ? own.columns.map(quantilesOf) : []
      return { ...line, quantiles: { ...quantilesOf(own), overTime } }
    }),
    promql: promQueries(metric, query),
    seriesTotal: drawn.length,
    histogram: isHistogram ? histogramView(series, metric, timesMs, stepMs, fromMs) : null,
    exemplars: exemplarsIn(series, fromMs, toMs),
    truncated,
  }
}

const quantilesOf = ({ p50, p90, p95, p99 }: Quantiles): Quantiles => ({ p50, p90, p95, p99 })

function groupOf(
  { attributes, service }: LoadedSeries,
  by: readonly string[] | undefined,
): Record<string, Plain> {
  if (!by) return attributes
  return Object.fromEntries(
    by.map((key) => [
      key,
      key === 'service.name' ? service : ((attributes[key] as Plain | undefined) ?? null),
    ]),
  )
}

function exemplarsIn(
  series: readonly LoadedSeries[],
  fromMs: number,
  toMs: number,
): MetricView['exemplars'] {
  const seen = new Map<string, MetricView['exemplars'][number]>()
  for (const { points, attributes } of series) {
    for (const { detail } of points) {
      for (const exemplar of detail.exemplars ?? []) {
        const fields = exemplarFields(exemplar)
        if (!exemplar.traceId || fields.timeMs < fromMs || fields.timeMs > toMs) continue
        const key = `${exemplar.timeNano} ${exemplar.spanId} ${textOfPlain(attributes)}`
        seen.set(key, { ...fields, attributes: { ...attributes, ...fields.attributes } })
      }
    }
  }
  return [...seen.values()].sort((a, b) => b.timeMs - a.timeMs).slice(0, MAX_EXEMPLARS)
}
