import type { MetricView } from '../query/metric-series.ts'
import { type Compact, compact, iso } from './compact.ts'

/** Four digits say enough of a measurement. */
const four = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(4))

/** An instrument over time: of each series only the slots that have a value. */
export function compactMetric(view: MetricView): Compact {
  const { metric, fromMs, toMs, stepMs, shows, series, seriesTotal, histogram, exemplars, promql } =
    view
  return {
    metric: compact({ name: metric.name, unit: metric.unit, type: metric.type }),
    from: iso(fromMs),
    to: iso(toMs),
    stepS: stepMs / 1000,
    shows: shows === 'rate' ? 'per second' : 'value',
    ...(histogram && {
      whole: compact({
        count: histogram.count,
        sum: four(histogram.sum),
        p50: four(histogram.p50),
        p95: four(histogram.p95),
        p99: four(histogram.p99),
      }),
      quantiles: histogram.columns
        .filter(({ count }) => count > 0)
        .map(({ timeMs, count, p50, p95, p99 }) =>
          compact({ time: iso(timeMs), count, p50: four(p50), p95: four(p95), p99: four(p99) }),
        ),
    }),
    series: series.map(({ attributes, total, points, quantiles }) => ({
      ...compact({ attributes }),
      total: four(total),
      ...(quantiles && {
        p50: four(quantiles.p50),
        p95: four(quantiles.p95),
        p99: four(quantiles.p99),
      }),
      points: points
        .filter(([, value]) => value !== null)
        .map(([timeMs, value]) => [iso(timeMs), four(value)]),
    })),
    ...(seriesTotal > series.length && { seriesTotal }),
    ...(promql.length && {
      promql: Object.fromEntries(promql.map(({ name, query }) => [name, query])),
    }),
    exemplars: exemplars.map(({ value, timeMs, traceId }) => ({
      value: four(value),
      time: iso(timeMs),
      traceId,
    })),
  }
}
