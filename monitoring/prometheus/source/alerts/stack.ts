import type { LimitName, Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import type { Alert, Severity } from '../rule.ts'
import { growingNamed, holding } from '../series.ts'

const team = 'observability'
const UPTIME = 'otelcol_process_uptime_seconds_total'

/** Whether what watches is well itself. That it is there at all, the Watchdog says. */
export const stackAlerts = (thresholds: Thresholds): Alert[] => {
  const growth = (
    name: LimitName,
    severity: Severity,
    metrics: readonly string[],
    by: string,
    texts: Pick<Alert, 'summary' | 'description'>,
    labels: Readonly<Record<string, string>>,
  ): Alert =>
    alert(thresholds, name, {
      severity,
      team,
      ...texts,
      // One by one: `increase` leaves no names, by which series of several could be told apart.
      expr: (limit) =>
        metrics
          .map((metric) => `sum by (${by}) (increase(${metric}[15m])) > ${limit}`)
          .join('\nor '),
      test: {
        labels,
        minutes: [30, 40, 40],
        levels: [2, 0],
        value: 30,
        series: (level) =>
          metrics.map((metric, at) =>
            growingNamed(metric, labels, 0, at === metrics.length - 1 ? level : 0),
          ),
      },
    })
  return [
    growth(
      'RulesFailing',
      'critical',
      ['prometheus_rule_evaluation_failures_total'],
      'job, rule_group',
      {
        summary: 'Rules of {job} cannot be evaluated: {rule_group}',
        description: '{value} evaluations failed in 15 minutes: its alerts do not fire.',
      },
      { job: 'prometheus', rule_group: '/etc/prometheus/rules/requests.yml;requests' },
    ),
    alert(thresholds, 'ConfigReloadFailed', {
      severity: 'warning',
      team,
      summary: '{job} could not load its configuration',
      description: 'It goes on with the one before; after a restart it would not come up.',
      expr: () =>
        'prometheus_config_last_reload_successful == 0\n' +
        'or alertmanager_config_last_reload_successful == 0',
      test: {
        labels: { job: 'prometheus' },
        levels: [0, 1],
        series: (level) => [
          holding('prometheus_config_last_reload_successful', { job: 'prometheus' }, 1, level),
        ],
      },
    }),
    growth(
      'NotificationsFailing',
      'critical',
      ['prometheus_notifications_errors_total', 'alertmanager_notifications_failed_total'],
      'job, integration',
      {
        summary: '{job} cannot tell of alerts ({integration})',
        description: '{value} notifications failed in 15 minutes.',
      },
      { job: 'alertmanager', integration: 'pagerduty' },
    ),
    alert(thresholds, 'CollectorDown', {
      severity: 'critical',
      team,
      summary: 'The Collector ({job}) is down',
      description: 'It has told nothing of itself for 5 minutes. What apps send is lost or waits.',
      // Nobody scrapes it: what it says of itself goes the way of all metrics.
      expr: () =>
        `count by (job, deployment_environment_name) (count_over_time(${UPTIME}[1d]))\n` +
        `unless count by (job, deployment_environment_name) (count_over_time(${UPTIME}[5m]))`,
      test: {
        labels: { job: 'otelcol' },
        levels: [0, 1],
        value: 1,
        series: (level) => [holding(UPTIME, { job: 'otelcol' }, 1, level ? 1 : undefined)],
      },
    }),
    growth(
      'CollectorSendFailing',
      'warning',
      ofRecords('otelcol_exporter_send_failed'),
      'job, exporter',
      {
        summary: 'The Collector cannot send to {exporter}',
        description: '{value} records were given up in 15 minutes.',
      },
      { job: 'otelcol', exporter: 'otlp_http/loki' },
    ),
    growth(
      'CollectorRefusing',
      'critical',
      ofRecords('otelcol_receiver_refused'),
      'job, receiver',
      {
        summary: 'The Collector refuses what it is sent ({receiver})',
        description: '{value} records were refused in 15 minutes: it is short of memory.',
      },
      { job: 'otelcol', receiver: 'otlp' },
    ),
    alert(thresholds, 'CollectorQueueFull', {
      severity: 'warning',
      team,
      summary: 'What the Collector cannot send to {exporter} piles up',
      description: 'Its queue is {value} full; the limit is {limit}. Beyond it, records are lost.',
      format: 'share',
      expr: (limit) =>
        'max by (job, exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity) ' +
        `> ${limit}`,
      test: {
        labels: { job: 'otelcol', exporter: 'otlp_http/loki' },
        series: (level) => {
          const labels = { job: 'otelcol', exporter: 'otlp_http/loki' }
          const full = 1000 * limitOf(thresholds, 'CollectorQueueFull') * level
          return [
            holding('otelcol_exporter_queue_size', labels, 1, full),
            holding('otelcol_exporter_queue_capacity', labels, 1000, 1000),
          ]
        },
      },
    }),
    growth(
      'StoreWritesFailing',
      'critical',
      WRITES,
      'job',
      {
        summary: '{job} cannot write to its disk',
        description: '{value} writes failed in 15 minutes: what it takes is lost with a restart.',
      },
      { job: 'loki' },
    ),
  ]
}

/** Of each signal. */
const ofRecords = (name: string): string[] =>
  ['spans', 'metric_points', 'log_records'].map((records) => `${name}_${records}_total`)

/** What stores count when they cannot write. */
const WRITES = [
  'prometheus_tsdb_wal_writes_failed_total',
  'prometheus_tsdb_compactions_failed_total',
  'prometheus_tsdb_head_truncations_failed_total',
  'tempo_ingester_failed_flushes_total',
  'loki_ingester_chunks_flush_failures_total',
  'loki_ingester_wal_disk_full_failures_total',
]
