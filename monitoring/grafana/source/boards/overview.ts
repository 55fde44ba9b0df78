import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board } from '../panel.ts'
import { FAILED, NO_STREAMS, p95, percentiles, rate, ratio } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { requests, upstreams, database } = METRICS

export const overview: Board = {
  uid: 'overview',
  title: 'Overview',
  description: 'Is the service well? Requests, errors and durations, and what it depends on.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Requests',
          kind: 'number',
          unit: 'reqps',
          width: 6,
          queries: [{ expr: rate(requests, 'job'), legend: '{{job}}' }],
        },
        {
          title: 'Failed',
          kind: 'number',
          unit: 'percentunit',
          width: 6,
          limit: 'ErrorRatioHigh',
          queries: [{ expr: ratio(requests, 'job', FAILED), legend: '{{job}}' }],
        },
        {
          title: 'p95',
          kind: 'number',
          unit: 's',
          width: 6,
          limit: 'LatencyHigh',
          queries: [{ expr: p95(requests, 'job', NO_STREAMS), legend: '{{job}}' }],
        },
        {
          title: 'Orders',
          description: 'In the time shown.',
          kind: 'number',
          width: 6,
          queries: [
            {
              expr: `sum by (job) (increase(${SHOWN.orders.prometheus}{job=~"$service"}[$__range]))`,
              legend: '{{job}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests by status',
          kind: 'graph',
          unit: 'reqps',
          width: 8,
          stacked: true,
          queries: [
            {
              expr: rate(requests, 'http_response_status_code'),
              legend: '{{http_response_status_code}}',
            },
          ],
        },
        {
          title: 'Share of failed requests',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          limit: 'ErrorRatioHigh',
          queries: [{ expr: ratio(requests, 'job', FAILED), legend: '{{job}}' }],
        },
        {
          title: 'Duration',
          description: 'Each dot is a request: it leads to its trace.',
          kind: 'graph',
          unit: 's',
          width: 8,
          exemplars: true,
          limit: 'LatencyHigh',
          queries: percentiles(requests, NO_STREAMS),
        },
      ],
    },
    {
      title: 'What it calls, p95',
      panels: [
        {
          title: 'Databases',
          kind: 'graph',
          unit: 's',
          width: 12,
          limit: 'DatabaseSlow',
          queries: [{ expr: p95(database, 'db_namespace'), legend: '{{db_namespace}}' }],
        },
        {
          title: 'Upstreams',
          kind: 'graph',
          unit: 's',
          width: 12,
          limit: 'UpstreamSlow',
          queries: [{ expr: p95(upstreams, 'server_address'), legend: '{{server_address}}' }],
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Firing',
          description: 'Alerts of Prometheus. Their runbooks are linked in Alertmanager.',
          kind: 'table',
          width: 24,
          origin: 'prometheus',
          queries: [{ expr: 'ALERTS{alertstate="firing"}' }],
        },
      ],
    },
  ],
}
