import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, shareAlert } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { newEvents } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { growing, holding } from '../series.ts'

const team = 'platform'
const metric = METRICS.invocations
const SCRIPT = 'job, cloudflare_script_name'
const service = 'cloudflare_script_name'
const labels = { job: 'shop-tail', cloudflare_script_name: 'shop' }
const event = { hono_tail_event: 'fetch' }
const cron = { ...labels, hono_tail_event: 'scheduled' }

/** What the service runs on. */
export const platformAlerts = (thresholds: Thresholds): Alert[] => {
  const hours = thresholds.settings.cronHours
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
      description: '{value} of its runs in 5 minutes; the limit is {limit}.',
      metric: METRICS.health,
      by: 'job, app_health_check_name',
      among: `app_health_check_critical="${critical}"`,
      bad: critical ? 'app_health_check_outcome="fail"' : 'app_health_check_outcome!="pass"',
      // Probes come every half minute or so.
      minPerSecond: 0.005,
      labels: { job: 'shop', app_health_check_name: 'db' },
      otherLabels: { app_health_check_critical: String(critical) },
      badLabels: { app_health_check_outcome: 'fail' },
      goodLabels: { app_health_check_outcome: 'pass' },
    })
  const runs = (offset: string) =>
    `sum by (${SCRIPT}) (${metric.prometheus}{hono_tail_event="scheduled"}${offset})`
  return [
    alert(thresholds, 'ServiceDown', {
      severity: 'critical',
      team,
      summary: '{job} does not answer at {instance}',
      description: 'Prometheus cannot read its /metrics: the service is down, or a part of it is.',
      expr: () => 'up == 0',
      test: {
        labels: { job: 'shop', instance: 'shop.example.com' },
        levels: [0, 1],
        series: (level) => [holding('up', { job: 'shop', instance: 'shop.example.com' }, 1, level)],
      },
    }),
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
    alert(thresholds, 'ScheduledJobFailing', {
      severity: 'warning',
      team,
      service,
      summary: 'A cron trigger of {cloudflare_script_name} failed',
      description: 'It ended with {hono_tail_outcome} in the last hour ({value} times).',
      expr: (limit) =>
        newEvents(
          metric,
          `${SCRIPT}, hono_tail_outcome`,
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
          growing(metric, { ...cron, hono_tail_outcome: 'ok' }, 1, 1),
        ],
      },
    }),
    alert(thresholds, 'ScheduledJobMissed', {
      severity: 'warning',
      team,
      service,
      summary: 'No cron trigger of {cloudflare_script_name} has run',
      description: `None in ${hours} hours.`,
      expr: () =>
        `sum by (${SCRIPT}) (increase(${metric.prometheus}{hono_tail_event="scheduled"}[${hours}h])) == 0\n` +
        `and ${runs(` offset ${hours}h`)} > 0`,
      test: {
        labels,
        levels: [0, 1],
        value: 0,
        minutes: [(hours + 1) * 60, (hours + 3) * 60, (hours + 1) * 60],
        stepMinutes: 30,
        series: (level) => [
          growing(metric, { ...cron, hono_tail_outcome: 'ok' }, 1 / 60, level / 60),
        ],
      },
    }),
    alert(thresholds, 'ProcessMemoryHigh', {
      severity: 'warning',
      team,
      summary: '{job} at {instance} takes much memory',
      description: 'Its process has {value}; the limit is {limit}.',
      format: 'bytes',
      expr: (limit) => `max by (job, instance) (${METRICS.memory.prometheus}) > ${limit}`,
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
