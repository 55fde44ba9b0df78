import type { Thresholds } from '../../thresholds.ts'
import { METRICS } from './metrics.ts'
import { anyOf, perSecond, quantile, SERVICE } from './promql.ts'
import type { RecordingRule, RuleGroup } from './rule.ts'
import { expected } from './traffic.ts'

const metric = METRICS.requests
const QUANTILES = [0.5, 0.9, 0.95, 0.99]

/** Rate, errors and duration, by `by` under the name `level`. */
const red = (level: string, by: string, latencies: string): RecordingRule[] => {
  const requests = `${level}:http_server_requests:rate5m`
  const errors = `${level}:http_server_errors:rate5m`
  return [
    { record: requests, expr: perSecond(metric, by, '5m') },
    {
      record: errors,
      // Without an error yet there is no series of them.
      expr: `${perSecond(metric, by, '5m', 'http_response_status_code=~"5.."')}\n  or 0 * ${requests}`,
    },
    {
      record: `${level}:http_server_errors:ratio_rate5m`,
      expr: `${errors} / (${requests} > 0)`,
    },
    ...QUANTILES.map((of) => ({
      record: `${level}:http_server_request_duration_seconds:p${of * 100}_rate5m`,
      expr: quantile(of, metric, by, '5m', latencies),
    })),
  ]
}

/** What dashboards ask for again and again: RED of each service and each route. */
export const recordingGroup = (thresholds: Thresholds): RuleGroup => {
  const { settings } = thresholds
  const streaming = `http_route!~"${anyOf(settings.streamingRoutes)}"`
  return {
    name: 'red',
    intervalSeconds: 30,
    recording: [
      ...red('job', SERVICE, streaming),
      ...red('job_route', `${SERVICE}, http_request_method, http_route`, ''),
      expected('job', thresholds),
      expected('job_route', thresholds),
    ],
  }
}
