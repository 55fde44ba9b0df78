import type { Board } from '../panel.ts'

const STREAM = '{service_name=~"$service"}'

export const logs: Board = {
  uid: 'logs',
  title: 'Logs',
  description: 'Log records in Loki. Open a line to go to its trace.',
  rows: [
    {
      title: 'How many',
      panels: [
        {
          title: 'Records by level',
          kind: 'graph',
          source: 'loki',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: `sum by (severity_text) (count_over_time(${STREAM} [$__auto]))`,
              legend: '{{severity_text}}',
            },
          ],
        },
        {
          title: 'Records by logger',
          kind: 'graph',
          source: 'loki',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: `sum by (scope_name) (count_over_time(${STREAM} [$__auto]))`,
              legend: '{{scope_name}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Slow',
      panels: [
        {
          title: 'Slow requests by route',
          kind: 'graph',
          source: 'loki',
          width: 12,
          queries: [
            {
              expr: `sum by (http_route) (count_over_time(${STREAM} | scope_name = "access" | slow = "true" [$__auto]))`,
              legend: '{{http_route}}',
            },
          ],
        },
        {
          title: 'p95 of access lines',
          description:
            'Where lines are sampled (logs.accessRatio) this is not the p95 of all requests: see Routes.',
          kind: 'graph',
          source: 'loki',
          unit: 'ms',
          width: 12,
          queries: [
            {
              expr: `quantile_over_time(0.95, ${STREAM} | scope_name = "access" | unwrap duration_ms [$__auto]) by (http_route)`,
              legend: '{{http_route}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Lines',
      panels: [
        {
          title: 'Warnings and errors',
          kind: 'logs',
          source: 'loki',
          width: 24,
          queries: [{ expr: `${STREAM} | severity_number >= 13` }],
        },
        { title: 'All', kind: 'logs', source: 'loki', width: 24, queries: [{ expr: STREAM }] },
      ],
    },
  ],
}
