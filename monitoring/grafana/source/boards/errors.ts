import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board } from '../panel.ts'
import { FAILED, rate, ratio, total } from '../query.ts'

const { requests, upstreams } = METRICS

export const errors: Board = {
  uid: 'errors',
  title: 'Errors',
  description: 'What fails, where, and with what.',
  rows: [
    {
      title: 'Requests',
      panels: [
        {
          title: 'Failed (5xx)',
          kind: 'graph',
          unit: 'reqps',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: rate(requests, 'http_route, error_type', FAILED),
              legend: '{{http_route}} {{error_type}}',
            },
          ],
        },
        {
          title: 'Refused (4xx)',
          kind: 'graph',
          unit: 'reqps',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: rate(
                requests,
                'http_route, http_response_status_code',
                'http_response_status_code=~"4.."',
              ),
              legend: '{{http_response_status_code}} {{http_route}}',
            },
          ],
        },
        {
          title: 'By error, in the time shown',
          kind: 'table',
          width: 12,
          queries: [{ expr: `topk(20, ${total(requests, 'error_type, http_route', FAILED)})` }],
        },
        {
          title: 'Upstreams that fail',
          kind: 'graph',
          unit: 'percentunit',
          width: 12,
          limit: 'UpstreamFailing',
          queries: [
            {
              expr: ratio(upstreams, 'server_address', 'error_type!=""'),
              legend: '{{server_address}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Single ones',
      panels: [
        {
          title: 'Traces with an error',
          kind: 'traces',
          source: 'tempo',
          width: 24,
          queries: [
            {
              expr: '{ resource.service.name =~ "$service" && status = error } | select(span.http.route, span.error.type)',
            },
          ],
        },
        {
          title: 'Log lines of errors',
          kind: 'logs',
          source: 'loki',
          width: 24,
          queries: [{ expr: '{service_name=~"$service"} | severity_number >= 17' }],
        },
        {
          title: 'Kinds of errors',
          kind: 'graph',
          source: 'loki',
          width: 24,
          stacked: true,
          queries: [
            {
              expr: 'sum by (error_kind) (count_over_time({service_name=~"$service"} | error_kind != "" [$__auto]))',
              legend: '{{error_kind}}',
            },
          ],
        },
      ],
    },
  ],
}
