import type { Metric } from '../../prometheus/source/metrics.ts'
import { anyOf, perSecond, quantile } from '../../prometheus/source/promql.ts'
import { settings } from '../../thresholds.ts'
import type { Query } from './panel.ts'

/** The service that was chosen at the top of the dashboard. */
export const SERVICE = 'job=~"$service"'

/** Grafana's choice for rates: at least four scrapes, at most what a pixel shows. */
export const WINDOW = '$__rate_interval'

/** Responses that are the service's fault. */
export const FAILED = 'http_response_status_code=~"5.."'

/** Not those that last as long as somebody listens: rules leave them out of every duration, too. */
export const NO_STREAMS = `http_route!~"${anyOf(settings.streamingRoutes)}"`

const matching = (matchers: string): string => [SERVICE, matchers].filter(Boolean).join(',')

/** Events in a second, by labels. */
export const rate = (metric: Metric, by: string, matchers = ''): string =>
  perSecond(metric, by, WINDOW, matching(matchers))

/** Events in the time that the dashboard shows. */
export const total = (metric: Metric, by: string, matchers = ''): string =>
  `sum by (${by}) (increase(${metric.prometheus}${metric.type === 'histogram' ? '_count' : ''}{${matching(matchers)}}[$__range]))`

/** The share of events that `bad` matches: 0, not nothing, when there are none. */
export const ratio = (metric: Metric, by: string, bad: string, among = ''): string => {
  const all = rate(metric, by, among)
  const matchers = [among, bad].filter(Boolean).join(',')
  return `(${rate(metric, by, matchers)} or 0 * ${all}) / ${all}`
}

/** The 50th, 90th, 95th and 99th percentile. */
export const percentiles = (metric: Metric, matchers = ''): Query[] =>
  [0.5, 0.9, 0.95, 0.99].map((of) => ({
    expr: quantile(of, metric, 'job', WINDOW, matching(matchers)),
    legend: `p${Math.round(of * 100)}`,
  }))

/** The 95th percentile by labels. */
export const p95 = (metric: Metric, by: string, matchers = ''): string =>
  quantile(0.95, metric, by, WINDOW, matching(matchers))
