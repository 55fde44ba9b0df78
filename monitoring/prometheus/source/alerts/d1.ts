import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { holding } from '../series.ts'

/** A check that runs once a day is remembered until the next one is late. */
const DAILY = '25h'

/** Databases near the size that D1 allows: as Cloudflare counts it, and as the app's own check does. */
export const d1DatabaseLarge = (thresholds: Thresholds): Alert[] => {
  const large = (of: {
    metric: string
    /** What the metric's values are taken from. */
    values: string
    label: string
    /** Whose count it is. */
    by: 'cloudflare' | 'app'
    labels: Readonly<Record<string, string>>
  }): Alert =>
    alert(thresholds, 'D1DatabaseLarge', {
      severity: 'warning',
      team: 'platform',
      labels: { counted_by: of.by },
      summary: `D1 database {${of.label}} comes near its largest size`,
      description: 'It has {value}; the limit is {limit}, and D1 ends at 10 GB.',
      format: 'bytes',
      expr: (limit) => `max by (${SERVICE}, ${of.label}) (${of.values}) > ${limit}`,
      test: {
        labels: of.labels,
        series: (level) => {
          const limit = limitOf(thresholds, 'D1DatabaseLarge')
          return [holding(of.metric, of.labels, limit / 4, limit * level)]
        },
      },
    })
  const [counted, inspected] = [METRICS.d1Size.prometheus, METRICS.d1Inspected.prometheus]
  return [
    large({
      metric: counted,
      values: counted,
      label: 'cloudflare_d1_database_id',
      by: 'cloudflare',
      labels: { job: 'platform-metrics', cloudflare_d1_database_id: 'd1' },
    }),
    large({
      metric: inspected,
      values: `last_over_time(${inspected}[${DAILY}])`,
      label: 'cloudflare_binding_name',
      by: 'app',
      labels: { job: 'shop', cloudflare_binding_name: 'DB' },
    }),
  ]
}
