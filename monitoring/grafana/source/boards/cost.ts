import { settings } from '../../../thresholds.ts'
import type { Board } from '../panel.ts'
import { SERVICE, WINDOW } from '../query.ts'

const COST = 'hono_cost_total'
const REQUESTS = 'http_server_request_duration_seconds_count'
const ROUTE = 'http_request_method, http_route, hono_invocation_name'
const LEGEND = '{{http_request_method}} {{http_route}}{{hono_invocation_name}}'
const { costBudgetUsd } = settings

const spent = (window: string, by = 'job', matchers = ''): string =>
  `sum by (${by}) (increase(${COST}{${[SERVICE, matchers].filter(Boolean).join(',')}}[${window}]))`

const usd = (window: string, by = 'job'): string =>
  `sum by (${by}) (rate(${COST}{${SERVICE}}[${window}]))`

/** Of a million requests. */
const perMillion = (window: string, offset = ''): string =>
  `1e6 * sum by (job) (rate(${COST}{${SERVICE}}[${window}]${offset}))` +
  ` / sum by (job) (rate(${REQUESTS}{${SERVICE}}[${window}]${offset}))`

const amounts = (resource: string): string =>
  `sum by (http_route) (rate(hono_usage_${resource}_total{${SERVICE}}[${WINDOW}]))`

export const cost: Board = {
  uid: 'cost',
  title: 'Cost',
  description:
    'What the service uses of what Cloudflare bills, at list prices: by route, of an order, of a month. What a plan includes is not taken off.',
  rows: [
    {
      title: 'The month',
      panels: [
        {
          title: 'Forecast for the month',
          description: 'A month of days like the one that ends now.',
          kind: 'number',
          unit: 'currencyUSD',
          width: 6,
          steps: [0.8 * costBudgetUsd, costBudgetUsd],
          queries: [{ expr: `${usd('1d')} * 86400 * scalar(days_in_month())`, legend: '{{job}}' }],
        },
        {
          title: 'Budget used',
          description: `Of ${costBudgetUsd} USD for 30 days (\`costBudgetUsd\` in thresholds.ts).`,
          kind: 'number',
          unit: 'percentunit',
          width: 6,
          steps: [0.8, 1],
          queries: [{ expr: `${spent('30d')} / ${costBudgetUsd}`, legend: '{{job}}' }],
        },
        {
          title: 'In the time shown',
          kind: 'number',
          unit: 'currencyUSD',
          width: 6,
          queries: [{ expr: spent('$__range'), legend: '{{job}}' }],
        },
        {
          title: 'Budget burns, times as fast as 30 days allow',
          description: 'CostSpike looks at an hour and at 5 minutes.',
          kind: 'graph',
          width: 6,
          limit: 'CostSpike',
          queries: ['1h', '5m'].map((window) => ({
            expr: `${usd(window)} * 2592000 / ${costBudgetUsd}`,
            legend: `{{job}} ${window}`,
          })),
        },
      ],
    },
    {
      title: 'What costs it',
      panels: [
        {
          title: 'Dearest routes',
          description: 'In the time shown, with batches of queues, cron runs and alarms.',
          kind: 'table',
          unit: 'currencyUSD',
          width: 12,
          queries: [{ expr: `topk(20, ${spent('$__range', ROUTE)})` }],
        },
        {
          title: 'USD a day, by route',
          kind: 'graph',
          unit: 'currencyUSD',
          width: 12,
          stacked: true,
          queries: [{ expr: `topk(10, ${usd(WINDOW, ROUTE)} * 86400)`, legend: LEGEND }],
        },
        {
          title: 'USD a day, by resource',
          description: '`cpuMs` is there where a tail Worker counts it.',
          kind: 'graph',
          unit: 'currencyUSD',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: `${usd(WINDOW, 'hono_usage_resource')} * 86400`,
              legend: '{{hono_usage_resource}}',
            },
          ],
        },
        {
          title: 'CPU, by route',
          description: 'Seconds in a second. A tail Worker with `tailUsage` counts them.',
          kind: 'graph',
          unit: 's',
          width: 12,
          stacked: true,
          origin: 'tail-worker',
          queries: [{ expr: `topk(10, ${amounts('cpu_time_seconds')})`, legend: '{{http_route}}' }],
        },
        {
          title: 'CPU, by script, USD a day',
          description: 'As Cloudflare counts it, at 0.02 USD a million milliseconds.',
          kind: 'graph',
          unit: 'currencyUSD',
          width: 12,
          origin: 'platform-metrics',
          queries: [
            {
              expr: `sum by (cloudflare_script_name) (rate(cloudflare_workers_cpu_usage_seconds_total[${WINDOW}])) * 1000 * 86400 * 0.02 / 1e6`,
              legend: '{{cloudflare_script_name}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Of one',
      panels: [
        {
          title: 'Cost of one order',
          description:
            'All that the service costs in the time shown, and its route alone, for each order.',
          kind: 'number',
          unit: 'currencyUSD',
          width: 8,
          queries: [
            {
              expr: `sum(${spent('$__range')}) / sum(increase(shop_orders_total{${SERVICE}}[$__range]))`,
              legend: 'all of the service',
            },
            {
              expr: `sum(${spent('$__range', 'job', 'http_request_method="POST",http_route="/orders"')}) / sum(increase(shop_orders_total{${SERVICE}}[$__range]))`,
              legend: 'POST /orders',
            },
          ],
        },
        {
          title: 'What the last deploy did: USD of a million requests',
          description:
            'Now, and a day before: where the lines part, something began to cost more. Zoom to the deploy.',
          kind: 'graph',
          unit: 'currencyUSD',
          width: 16,
          queries: [
            { expr: perMillion(WINDOW), legend: '{{job}}' },
            // Where there is no day before, there is no second line.
            {
              expr: `${perMillion('1h', ' offset 1d')} or ${perMillion(WINDOW)}`,
              legend: '{{job}} a day before',
            },
          ],
        },
      ],
    },
    {
      title: 'What is used',
      panels: [
        {
          title: 'Rows of D1 read, by route',
          kind: 'graph',
          unit: 'rowsps',
          width: 8,
          stacked: true,
          queries: [{ expr: `topk(10, ${amounts('d1_rows_read')})`, legend: '{{http_route}}' }],
        },
        {
          title: 'Keys of KV read, by route',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          queries: [{ expr: `topk(10, ${amounts('kv_reads')})`, legend: '{{http_route}}' }],
        },
        {
          title: 'Budgets exceeded, loops and scans',
          description: 'The lines of the logger `usage` name the statement.',
          kind: 'graph',
          width: 8,
          origin: 'fault',
          queries: [
            {
              expr: `sum by (http_route, hono_usage_budget, hono_usage_finding) (increase(hono_usage_events_total{${SERVICE}}[${WINDOW}]))`,
              legend: '{{http_route}} {{hono_usage_budget}}{{hono_usage_finding}}',
            },
          ],
        },
      ],
    },
    {
      title: 'What the telemetry itself adds',
      panels: [
        {
          title: 'Spans exported for each request',
          description: 'What backends charge for.',
          kind: 'graph',
          width: 8,
          queries: [
            {
              expr: `sum by (job) (rate(otel_sdk_exporter_span_exported_total{${SERVICE},error_type=""}[${WINDOW}])) / sum by (job) (rate(${REQUESTS}{${SERVICE}}[${WINDOW}]))`,
              legend: '{{job}}',
            },
          ],
        },
        {
          title: 'Subrequests of the telemetry for each request',
          description: 'Exports, over all requests: hundreds of them share one.',
          kind: 'graph',
          width: 8,
          queries: [
            {
              expr: `sum by (job) (rate(otel_sdk_exporter_operation_duration_seconds_count{${SERVICE}}[${WINDOW}])) / sum by (job) (rate(${REQUESTS}{${SERVICE}}[${WINDOW}]))`,
              legend: '{{job}}',
            },
          ],
        },
        {
          title: 'Pushes to the aggregator, USD a month',
          description: 'At 0.15 USD a million of requests of Durable Objects.',
          kind: 'graph',
          unit: 'currencyUSD',
          width: 8,
          queries: [
            {
              expr: `sum by (job) (rate(hono_aggregator_pushes_total{${SERVICE}}[${WINDOW}])) * 2592000 * 0.15 / 1e6`,
              legend: '{{job}}',
            },
          ],
        },
      ],
    },
  ],
}
