import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board } from '../panel.ts'
import { FAILED, NO_STREAMS, p95, rate, ratio, SERVICE, total, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { requests } = METRICS
const ROUTE = 'http_route, http_request_method'
const LEGEND = '{{http_request_method}} {{http_route}}'

const SIZES = 'With `metrics.bodySizes`. Bodies whose length nobody told are not counted.'

const BODIES = [
  ['Sent by clients', SHOWN.requestSize],
  ['Answered', SHOWN.responseSize],
] as const

export const routes: Board = {
  uid: 'routes',
  title: 'Routes',
  description: 'Rate, errors and duration of each route.',
  rows: [
    {
      title: 'Each route',
      panels: [
        {
          title: 'Requests',
          kind: 'graph',
          unit: 'reqps',
          width: 12,
          stacked: true,
          queries: [{ expr: rate(requests, ROUTE), legend: LEGEND }],
        },
        {
          title: 'Share of failed requests',
          kind: 'graph',
          unit: 'percentunit',
          width: 12,
          limit: 'RouteErrorRatioHigh',
          queries: [{ expr: ratio(requests, ROUTE, FAILED), legend: LEGEND }],
        },
        {
          title: 'p95',
          description: 'Without streams, which last as long as the client listens.',
          kind: 'graph',
          unit: 's',
          width: 12,
          exemplars: true,
          limit: 'LatencyHigh',
          queries: [{ expr: p95(requests, ROUTE, NO_STREAMS), legend: LEGEND }],
        },
        {
          title: 'Mean',
          kind: 'graph',
          unit: 's',
          width: 12,
          queries: [
            {
              expr: `sum by (${ROUTE}) (rate(${requests.prometheus}_sum{job=~"$service",${NO_STREAMS}}[${WINDOW}])) / ${rate(requests, ROUTE, NO_STREAMS)}`,
              legend: LEGEND,
            },
          ],
        },
      ],
    },
    {
      title: 'Bodies',
      panels: BODIES.flatMap(([title, metric]) => [
        {
          title: `${title}, mean`,
          description: SIZES,
          kind: 'graph' as const,
          unit: 'bytes',
          width: 12,
          queries: [
            {
              expr: `sum by (${ROUTE}) (rate(${metric.prometheus}_sum{${SERVICE}}[${WINDOW}])) / ${rate(metric, ROUTE)}`,
              legend: LEGEND,
            },
          ],
        },
        {
          title: `${title}, p95`,
          description: SIZES,
          kind: 'graph' as const,
          unit: 'bytes',
          width: 12,
          queries: [{ expr: p95(metric, ROUTE), legend: LEGEND }],
        },
      ]),
    },
    {
      title: 'In the time shown',
      panels: [
        {
          title: 'Busiest',
          kind: 'table',
          width: 8,
          queries: [{ expr: `topk(10, ${total(requests, ROUTE)})` }],
        },
        {
          title: 'Slowest, p95',
          kind: 'table',
          unit: 's',
          width: 8,
          queries: [
            {
              expr: `topk(10, histogram_quantile(0.95, sum by (${ROUTE}, le) (rate(${requests.prometheus}_bucket{job=~"$service",${NO_STREAMS}}[$__range]))))`,
            },
          ],
        },
        {
          title: 'Most failures',
          kind: 'table',
          width: 8,
          queries: [{ expr: `topk(10, ${total(requests, ROUTE, FAILED)})` }],
        },
        {
          title: 'No route matched',
          description: 'Mostly robots. Their paths are in the access lines.',
          kind: 'graph',
          unit: 'reqps',
          width: 24,
          queries: [
            {
              expr: rate(requests, 'http_response_status_code', 'http_route=""'),
              legend: '{{http_response_status_code}}',
            },
          ],
        },
      ],
    },
  ],
}
