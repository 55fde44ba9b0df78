import type { Thresholds } from '../../../thresholds.ts'
import { alert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { anyOf, decimal, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing, holding } from '../series.ts'
import { expectedRate } from '../traffic.ts'

const team = 'platform'
const requests = `${METRICS.requests.prometheus}_count`

/** A service that cannot be scraped, or that has ended to push. */
export const serviceDown = (thresholds: Thresholds): Alert[] => {
  const { busyPerSecond, exporters } = thresholds.settings
  const shop = { job: 'shop', instance: 'shop.example.com' }
  return [
    alert(thresholds, 'ServiceDown', {
      severity: 'critical',
      team,
      labels: { way: 'scraped' },
      summary: '{job} is down',
      description: 'Prometheus cannot read /metrics at {instance}: it is down, or a part of it is.',
      // Of exporters, ExporterDown tells.
      expr: () => `up{job!~"${anyOf(exporters)}"} == 0`,
      test: {
        labels: shop,
        levels: [0, 1],
        series: (level) => [holding('up', shop, 1, level)],
        cases: [
          {
            name: 'an exporter is no service',
            series: [holding('up', { job: 'node', instance: 'db1:9100' }, 1, 0)],
            firing: 0,
          },
        ],
      },
    }),
    alert(thresholds, 'ServiceDown', {
      severity: 'critical',
      team,
      labels: { way: 'pushed' },
      summary: '{job} is down',
      description:
        'It has pushed no metrics for 10 minutes. This hour of last week, or of yesterday, had {value} requests a second.',
      // What is scraped has `up`.
      expr: () =>
        `${expectedRate('job')} > ${decimal(busyPerSecond)}\n` +
        `unless count by (${SERVICE}) (count_over_time(${requests}[10m]))\n` +
        'unless on (job) up',
      test: {
        labels: { job: 'acme/shop' },
        minutes: [26 * 60, 60, 60],
        stepMinutes: 2,
        levels: [0, 1],
        value: 1,
        series: (level) => [
          growing(METRICS.requests, { job: 'acme/shop' }, 60, level ? 60 : undefined, 60),
        ],
      },
    }),
  ]
}
