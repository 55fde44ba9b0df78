import type { Board } from '../panel.ts'
import { rate, SERVICE, total, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { orders, orderValue, presignedUrls } = SHOWN
const sum = `${orderValue.prometheus}_sum{${SERVICE}}`

export const business: Board = {
  uid: 'business',
  title: 'Business',
  description: "The shop's own metrics, as an example for yours: orders and what they came to.",
  rows: [
    {
      title: 'In the time shown',
      panels: [
        {
          title: 'Orders',
          kind: 'number',
          width: 8,
          queries: [{ expr: total(orders, 'job'), legend: '{{job}}' }],
        },
        {
          title: 'Revenue',
          kind: 'number',
          unit: 'currencyEUR',
          width: 8,
          queries: [{ expr: `sum by (job) (increase(${sum}[$__range]))`, legend: '{{job}}' }],
        },
        {
          title: 'Mean order',
          kind: 'number',
          unit: 'currencyEUR',
          width: 8,
          queries: [
            {
              expr: `sum by (job) (increase(${sum}[$__range])) / ${total(orderValue, 'job')}`,
              legend: '{{job}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          title: 'Orders an hour',
          kind: 'graph',
          width: 12,
          queries: [{ expr: `3600 * ${rate(orders, 'job')}`, legend: '{{job}}' }],
        },
        {
          title: 'Revenue an hour',
          kind: 'graph',
          unit: 'currencyEUR',
          width: 12,
          queries: [{ expr: `3600 * sum by (job) (rate(${sum}[${WINDOW}]))`, legend: '{{job}}' }],
        },
        {
          title: 'Orders by value',
          kind: 'graph',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: `sum by (le) (rate(${orderValue.prometheus}_bucket{${SERVICE}}[${WINDOW}]))`,
              legend: 'up to {{le}} EUR',
            },
          ],
        },
        {
          title: 'Presigned URLs an hour',
          description:
            'Many more than orders: somebody collects links, each of which is a key for as long as it works.',
          kind: 'graph',
          width: 12,
          queries: [
            {
              expr: `3600 * ${rate(presignedUrls, 'job, operation')}`,
              legend: '{{job}} {{operation}}',
            },
          ],
        },
        {
          title: 'Checkouts by outcome',
          description:
            '201 an order; 400, 404 and 409 a basket that cannot be sold; 402 and 503 payment.',
          kind: 'graph',
          width: 12,
          stacked: true,
          queries: [
            {
              expr: `3600 * sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{${SERVICE},http_route="/orders",http_request_method="POST"}[${WINDOW}]))`,
              legend: '{{http_response_status_code}}',
            },
          ],
        },
      ],
    },
  ],
}
