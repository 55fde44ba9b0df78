import type { Thresholds } from '../../../thresholds.ts'
import { alert, shareAlert, slowAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { anyOf, decimal, perSecond } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing } from '../series.ts'

const team = 'application'
const metric = METRICS.requests
const ROUTE = 'job, http_request_method, http_route'
const orders = { job: 'shop', http_request_method: 'POST', http_route: '/orders' }
const bad = 'http_response_status_code=~"5.."'
const statuses = {
  badLabels: { http_response_status_code: '500' },
  goodLabels: { http_response_status_code: '200' },
}

/** What those who call the service feel. */
export const requestAlerts = (thresholds: Thresholds): Alert[] => {
  const { streamingRoutes, busyRoutePerSecond } = thresholds.settings
  const answered = `http_route!="",http_route!~"${anyOf(streamingRoutes)}"`
  const shop = { by: 'job', labels: { job: 'shop' }, otherLabels: { http_route: '/orders' } }
  const route = { by: ROUTE, labels: orders }
  const latency = { team, metric, ...route, among: answered } as const
  const p95 = 'The 95th percentile over 5 minutes is {value}; the limit is {limit}.'
  const stopped = (by: string, window: string, among = '') =>
    `${perSecond(metric, by, '1d', among)} > ${decimal(busyRoutePerSecond)}\n` +
    `unless ${perSecond(metric, by, window, among)} > 0`
  // Two hours of a request a second, as an average of a day.
  const day = { minutes: [120, 60, 60], levels: [0, 0.1] } as const
  return [
    shareAlert(thresholds, 'ErrorRatioHigh', {
      severity: 'critical',
      team,
      summary: '{job} fails',
      description:
        '{value} of requests were answered with a 5xx in 5 minutes; the limit is {limit}.',
      metric,
      bad,
      ...shop,
      ...statuses,
    }),
    shareAlert(thresholds, 'ErrorRatioElevated', {
      severity: 'warning',
      team,
      summary: '{job} fails more than it should',
      description:
        '{value} of requests were answered with a 5xx in 5 minutes; the limit is {limit}.',
      metric,
      bad,
      ...shop,
      ...statuses,
    }),
    shareAlert(thresholds, 'RouteErrorRatioHigh', {
      severity: 'warning',
      team,
      summary: '{http_request_method} {http_route} of {job} fails',
      description:
        '{value} of its requests were answered with a 5xx in 5 minutes; the limit is {limit}.',
      metric,
      bad,
      among: 'http_route!=""',
      ...route,
      ...statuses,
    }),
    slowAlert(thresholds, 'LatencyElevated', {
      severity: 'ticket',
      summary: '{http_request_method} {http_route} of {job} is slower than it should be',
      description: p95,
      ...latency,
    }),
    slowAlert(thresholds, 'LatencyHigh', {
      severity: 'warning',
      summary: '{http_request_method} {http_route} of {job} is slow',
      description: p95,
      ...latency,
    }),
    slowAlert(thresholds, 'LatencyCritical', {
      severity: 'critical',
      summary: '{http_request_method} {http_route} of {job} is very slow',
      description: p95,
      ...latency,
    }),
    alert(thresholds, 'TrafficStopped', {
      severity: 'critical',
      team,
      summary: '{job} gets no requests',
      description: 'None in 10 minutes, where a day had {value} a second on average.',
      expr: () => stopped('job', '10m'),
      test: {
        ...day,
        labels: { job: 'shop' },
        // Two hours of 60 and 29 minutes of nothing, over a day.
        value: (120 * 60 - 60) / 86_400,
        series: (level) => [growing(metric, orders, 60, 60 * level)],
      },
    }),
    alert(thresholds, 'RouteTrafficStopped', {
      severity: 'warning',
      team,
      summary: '{http_request_method} {http_route} of {job} gets no requests',
      description: 'None in 15 minutes, where a day had {value} a second on average.',
      expr: () => stopped(ROUTE, '15m', 'http_route!=""'),
      test: {
        ...day,
        labels: orders,
        value: (120 * 60 - 60) / 86_400,
        series: (level) => [
          growing(metric, orders, 60, 60 * level),
          growing(metric, { ...orders, http_route: '/products' }, 60, 60),
        ],
      },
    }),
  ]
}
