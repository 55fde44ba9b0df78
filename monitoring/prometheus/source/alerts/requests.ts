import type { Thresholds } from '../../../thresholds.ts'
import { alert, shareAlert, slowAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { anyOf, decimal, perSecond, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing } from '../series.ts'
import { expectedRate } from '../traffic.ts'

const team = 'application'
const metric = METRICS.requests
const ROUTE = `${SERVICE}, http_request_method, http_route`
const orders = { job: 'shop', http_request_method: 'POST', http_route: '/orders' }
const bad = 'http_response_status_code=~"5.."'
const statuses = {
  badLabels: { http_response_status_code: '500' },
  goodLabels: { http_response_status_code: '200' },
}

/** What those who call the service feel. */
export const requestAlerts = (thresholds: Thresholds): Alert[] => {
  const { streamingRoutes, busyPerSecond } = thresholds.settings
  const answered = `http_route!="",http_route!~"${anyOf(streamingRoutes)}"`
  const shop = { by: SERVICE, labels: { job: 'shop' }, otherLabels: { http_route: '/orders' } }
  const route = { by: ROUTE, labels: orders }
  const latency = { team, metric, ...route, among: answered } as const
  const p95 = 'The 95th percentile over 5 minutes is {value}; the limit is {limit}.'
  const stopped = (level: 'job' | 'job_route', by: string, window: string, among = '') =>
    `${expectedRate(level)} > ${decimal(busyPerSecond)}\n` +
    `unless ${perSecond(metric, by, window, among)} > 0`
  const day = { minutes: [26 * 60, 60, 60], levels: [0, 0.1], stepMinutes: 2, value: 1 } as const
  const description =
    'None in {minutes} minutes, where this hour of last week, or of yesterday, had {value} a second.'
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
      description: description.replace('{minutes}', '10'),
      expr: () => stopped('job', SERVICE, '10m'),
      test: {
        ...day,
        labels: { job: 'shop' },
        series: (level) => [growing(metric, orders, 60, 60 * level)],
        cases: [closedAtNight],
      },
    }),
    alert(thresholds, 'RouteTrafficStopped', {
      severity: 'warning',
      team,
      summary: '{http_request_method} {http_route} of {job} gets no requests',
      description: description.replace('{minutes}', '15'),
      expr: () => stopped('job_route', ROUTE, '15m', 'http_route!=""'),
      test: {
        ...day,
        labels: orders,
        series: (level) => [
          growing(metric, orders, 60, 60 * level),
          growing(metric, { ...orders, http_route: '/products' }, 60, 60),
        ],
        cases: [closedAtNight],
      },
    }),
  ]
}

/** Open for 10 hours, closed for 14, and open again. */
const closedAtNight = {
  name: 'a service of office hours is closed at night',
  series: [growing(metric, orders, 60, 0, 60)],
  minutes: [10 * 60, 14 * 60, 10 * 60],
  stepMinutes: 2,
  firing: 0,
} as const
