import type { Thresholds } from '../../../thresholds.ts'
import { alert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { newEvents, SERVICE } from '../promql.ts'
import type { Alert, AlertCase } from '../rule.ts'
import { growing, holding, type Series } from '../series.ts'

const team = 'platform'
const metric = METRICS.invocations
const service = 'cloudflare_script_name'
const BY = `${SERVICE}, cloudflare_script_name, faas_cron`
const labels = { job: 'shop-tail', cloudflare_script_name: 'shop', faas_cron: '50 23 * * *' }
const cron = { ...labels, hono_tail_event: 'scheduled' }
const ok = { ...cron, hono_tail_outcome: 'ok' }

/** A cron trigger that ended badly. */
export const scheduledJobFailing = (thresholds: Thresholds): Alert =>
  alert(thresholds, 'ScheduledJobFailing', {
    severity: 'warning',
    team,
    service,
    summary: 'The cron trigger {faas_cron} of {cloudflare_script_name} failed',
    description: 'It ended with {hono_tail_outcome} in the last hour ({value} times).',
    expr: (limit) =>
      newEvents(
        metric,
        `${BY}, hono_tail_outcome`,
        '1h',
        limit,
        'hono_tail_event="scheduled",hono_tail_outcome!~"ok|canceled"',
      ),
    test: {
      labels: { ...labels, hono_tail_outcome: 'exception' },
      minutes: [90, 30, 90],
      levels: [1, 0],
      value: 1,
      series: (level) => [
        holding('target_info', { job: 'shop-tail' }, 1, 1),
        // The first failure makes the series.
        holding(
          metric.prometheus,
          { ...cron, hono_tail_outcome: 'exception' },
          undefined,
          level,
          level,
        ),
        growing(metric, ok, 1, 1),
      ],
    },
  })

/** Kinds of schedules by what their expression says: minute, hour, day of the month, month, day of the week. */
const KINDS = [
  { name: 'hourly', cron: '7 * * * *', is: '[^ ]+ [*] [*] [*] [*]', not: '' },
  {
    name: 'daily',
    cron: '50 23 * * *',
    is: '[^ ]+ [^ ]+ [*] [*] [*]|',
    not: '[^ ]+ [*] [*] [*] [*]',
  },
  { name: 'weekly', cron: '0 3 * * MON', is: '[^ ]+ [^ ]+ [*] [*] [^ ]+', not: '.* [*]' },
] as const

/** A cron trigger that has not run when it should have, by its schedule. */
export const scheduledJobMissed = (thresholds: Thresholds): Alert[] =>
  KINDS.map(({ name, cron: expression, is, not }) => {
    const hours = thresholds.settings.cronHours[name]
    const kind = `faas_cron=~"${is}"${not && `,faas_cron!~"${not}"`}`
    const runs = `${metric.prometheus}{hono_tail_event="scheduled",${kind}}`
    const own = { ...ok, faas_cron: expression }
    const stepMinutes = hours > 100 ? 60 : hours > 10 ? 30 : 5
    const missing = (level: number): Series[] => [
      growing(metric, own, 1 / 60, level / 60),
      // Another that runs is not it.
      growing(metric, { ...ok, faas_cron: '* * * * *' }, 1, 1),
    ]
    return alert(thresholds, 'ScheduledJobMissed', {
      severity: 'warning',
      team,
      service,
      labels: { schedule: name },
      summary: 'The cron trigger {faas_cron} of {cloudflare_script_name} has not run',
      description: `Not once in ${hours} hours.`,
      expr: () =>
        `sum by (${BY}) (increase(${runs}[${hours}h])) == 0\n` +
        `and sum by (${BY}) (${runs} offset ${hours}h) > 0`,
      test: {
        labels: { ...labels, faas_cron: expression },
        levels: [0, 1],
        value: 0,
        minutes: [(hours + 1) * 60, (hours + 3) * 60, (hours + 2) * 60],
        stepMinutes,
        series: missing,
        cases: name === 'daily' ? [weekly] : [],
      },
    })
  })

/** Once at the beginning, and nothing for six days. */
const weekly: AlertCase = {
  name: 'a weekly cron trigger runs once a week',
  series: [growing(metric, { ...ok, faas_cron: '0 3 * * MON' }, 1 / 60, 0)],
  minutes: [120, 6 * 1440, 60],
  stepMinutes: 30,
  firing: 0,
}
