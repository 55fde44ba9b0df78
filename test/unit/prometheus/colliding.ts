import type { MetricData } from '../../../src/metrics/data.ts'
import { gauge, histogram, histogramPoint, numberPoint, sum } from '../aggregator/metrics.ts'

export const counterOf = (name: string): MetricData =>
  sum([numberPoint(1)], { name, temporality: 'cumulative' })
export const gaugeOf = (name: string): MetricData => gauge([numberPoint(2)], { name })
export const histogramOf = (name: string): MetricData =>
  histogram([histogramPoint([0.5])], { name, unit: '', temporality: 'cumulative' })

/** Pairs of which the second has a sample or a title that the first has. */
export const COLLIDING: [MetricData, MetricData, 'always' | 'openMetrics'][] = [
  [counterOf('jobs'), gaugeOf('jobs_total'), 'always'],
  [gaugeOf('jobs_total'), counterOf('jobs'), 'always'],
  [gaugeOf('jobs'), counterOf('jobs'), 'always'],
  [counterOf('jobs'), histogramOf('jobs_total'), 'always'],
  [counterOf('jobs'), gaugeOf('jobs_created'), 'openMetrics'],
  [histogramOf('size'), gaugeOf('size_count'), 'always'],
  [histogramOf('size'), gaugeOf('size_sum'), 'always'],
  [histogramOf('size'), gaugeOf('size_bucket'), 'always'],
  [gaugeOf('size_bucket'), histogramOf('size'), 'always'],
  [histogramOf('size'), gaugeOf('size'), 'always'],
  [histogramOf('size'), gaugeOf('size_created'), 'openMetrics'],
]
