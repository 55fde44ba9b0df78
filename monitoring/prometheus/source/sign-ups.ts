import type { Settings } from '../../thresholds.ts'
import { METRICS } from './metrics.ts'
import { anyOf } from './promql.ts'

/** New users in a window: requests to the routes of `thresholds.ts` that were answered well. */
export const signUps = (
  { signUpRoutes }: Settings,
  by: string,
  window: string,
  offset = '',
  matchers = '',
): string => {
  const all = [
    ...(matchers ? [matchers] : []),
    'http_request_method="POST"',
    `http_route=~"${anyOf(signUpRoutes)}"`,
    'http_response_status_code=~"2..|3.."',
  ].join(',')
  return `sum by (${by}) (increase(${METRICS.requests.prometheus}_count{${all}}[${window}]${offset}))`
}
