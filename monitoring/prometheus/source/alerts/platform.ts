import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { increase, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { holding } from '../series.ts'
import { scheduledJobFailing, scheduledJobMissed } from './crons.ts'
import { d1DatabaseLarge } from './d1.ts'
import { serviceDown } from './down.ts'

const team = 'platform'
const metric = METRICS.invocations
const SCRIPT = `${SERVICE}, cloudflare_script_name`
const service = 'cloudflare_script_name'
const labels = { job: 'shop-tail', cloudflare_script_name: 'shop' }
const event = { hono_tail_event: 'fetch' }
const HEALTH = `${SERVICE}, app_health_check_name`
const failing = (critical: boolean): string =>
  critical ? 'app_health_check_outcome="fail"' : 'app_health_check_outcome!="pass"'

/** What the service runs on. */
export const platformAlerts = (thresholds: Thresholds): Alert[] => {
  const outcome = (
    name: 'InvocationsExceededCpu' | 'InvocationsExceededMemory' | 'InvocationsFailing',
    value: string,
    summary: string,
  ): Alert =>
    shareAlert(thresholds, name, {
      severity: 'warning',
      team,
      service,
      summary,
      description: '{value} of invocations in 5 minutes; the limit is {limit}.',
      metric,
      by: SCRIPT,
      bad: `hono_tail_outcome="${value}"`,
      labels,
      otherLabels: event,
      badLabels: { hono_tail_outcome: value },
      goodLabels: { hono_tail_outcome: 'ok' },
    })
  const health = (name: 'HealthCheckFailing' | 'HealthCheckDegraded', critical: boolean): Alert =>
    shareAlert(thresholds, name, {
      severity: critical ? 'critical' : 'warning',
      team,
      summary: critical
        ? 'Health check {app_health_check_name} of {job} fails: it is not ready'
        : 'Health check {app_health_check_name} of {job} does not pass',
      description: '{value} of its runs in 15 minutes; the limit is {limit}.',
      metric: METRICS.health,
      windowMinutes: 15,
      by: HEALTH,
      among: `app_health_check_critical="${critical}"`,
      bad: failing(critical),
      // One probe may fail; two in a quarter of an hour may not, however seldom they come. It goes on.
      minFailures: 1.5,
      and: `${increase(METRICS.health, HEALTH, '5m', `app_health_check_critical="${critical}",${failing(critical)}`)} > 0`,
      labels: { job: 'shop', app_health_check_name: 'db' },
      otherLabels: { app_health_check_critical: String(critical) },
      badLabels: { app_health_check_outcome: 'fail' },
      goodLabels: { app_health_check_outcome: 'pass' },
    })
  return [
    ...serviceDown(thresholds),
    health('HealthCheckFailing', true),
    health('HealthCheckDegraded', false),
    outcome(
      'InvocationsExceededCpu',
      'exceededCpu',
      '{cloudflare_script_name} is ended for its CPU time',
    ),
    outcome(
      'InvocationsExceededMemory',
      'exceededMemory',
      '{cloudflare_script_name} is ended for its memory',
    ),
    outcome(
      'InvocationsFailing',
      'exception',
      'Exceptions leave {cloudflare_script_name}, unhandled',
    ),
    scheduledJobFailing(thresholds),
    ...scheduledJobMissed(thresholds),
    ...d1DatabaseLarge(thresholds),
    alert(thresholds, 'ProcessMemoryHigh', {
      severity: 'warning',
      team,
      summary: '{job} at {instance} takes much memory',
      description: 'Its process has {value}; the limit is {limit}.',
      format: 'bytes',
      expr: (limit) => `max by (${SERVICE}, instance) (${METRICS.memory.prometheus}) > ${limit}`,
      test: {
        labels: { job: 'shop', instance: 'shop:8787' },
        series: (level) => {
          const limit = limitOf(thresholds, 'ProcessMemoryHigh')
          const shop = { job: 'shop', instance: 'shop:8787' }
          return [holding(METRICS.memory.prometheus, shop, limit / 4, limit * level)]
        },
      },
    }),
  ]
}
