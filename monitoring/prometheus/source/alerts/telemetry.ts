import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, slowAlert } from '../alert.ts'
import { METRICS, RECORDS } from '../metrics.ts'
import { decimal, jobNamed, perSecond, SERVICE } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { failing, growing, holding } from '../series.ts'
import { expectedRate } from '../traffic.ts'
import { eventAlert } from './events.ts'

const team = 'observability'
const EXPORTER = `${SERVICE}, otel_component_name`
const exporter = { job: 'shop', otel_component_name: 'otlp_http_json_span_exporter/0' }

/** Whether what the others say can be believed. */
export const telemetryAlerts = (thresholds: Thresholds): Alert[] => {
  const { minPerSecond, minFailures } = thresholds.settings
  return [
    ...telemetryAbsent(thresholds),
    alert(thresholds, 'TelemetryDropped', {
      severity: 'warning',
      team,
      summary: '{otel_component_name} of {job} drops records',
      description: '{value} of what it should have exported in 15 minutes; the limit is {limit}.',
      format: 'share',
      // The names have no reason for a drop in common, so no two series differ by name alone.
      expr: (limit) =>
        `sum by (${EXPORTER}) (rate(${RECORDS},error_type!=""}[15m]))\n` +
        `  / sum by (${EXPORTER}) (rate(${RECORDS}}[15m])) > ${limit}\n` +
        `and sum by (${EXPORTER}) (increase(${RECORDS},error_type!=""}[15m])) > ${minFailures}`,
      test: {
        labels: exporter,
        minutes: [30, 60, 40],
        series: (level) =>
          failing(
            METRICS.spansExported,
            exporter,
            { error_type: 'http_503' },
            limitOf(thresholds, 'TelemetryDropped') * level,
          ),
      },
    }),
    slowAlert(thresholds, 'TelemetryExportSlow', {
      severity: 'ticket',
      team,
      summary: '{otel_component_name} of {job} is slow',
      description: 'The 95th percentile over 5 minutes is {value}; the limit is {limit}.',
      metric: METRICS.exporting,
      by: EXPORTER,
      labels: exporter,
    }),
    alert(thresholds, 'TelemetryCircuitOpen', {
      severity: 'warning',
      team,
      summary: '{otel_component_name} of {job} cannot reach {server_address}',
      description: 'Three exports failed in a row, and no probe has been taken since.',
      expr: (limit) =>
        `max by (${EXPORTER}, server_address) (${METRICS.circuit.prometheus}) > ${limit}`,
      test: {
        labels: { ...exporter, server_address: 'otlp.example.com' },
        levels: [1, 0],
        value: 1,
        series: (level) => [
          holding(
            METRICS.circuit.prometheus,
            { ...exporter, server_address: 'otlp.example.com' },
            0,
            level,
          ),
        ],
      },
    }),
    alert(thresholds, 'TracesSilent', {
      severity: 'warning',
      team,
      summary: '{job} makes spans and exports none',
      description: '{value} spans a second were started in 15 minutes.',
      expr: () =>
        `${perSecond(METRICS.spansStarted, SERVICE, '15m')} > ${decimal(minPerSecond)}\n` +
        `and ${perSecond(METRICS.spansExported, SERVICE, '1d')} > 0\n` +
        `unless ${perSecond(METRICS.spansExported, SERVICE, '15m', 'error_type=""')} > 0`,
      test: {
        labels: { job: 'shop' },
        minutes: [30, 60, 40],
        levels: [0, 0.1],
        value: 1,
        series: (level) => [
          growing(METRICS.spansStarted, { job: 'shop' }, 60, 60),
          growing(METRICS.spansExported, exporter, 60, 60 * level),
        ],
      },
    }),
    eventAlert(thresholds, 'MetricsRefused', METRICS.refused, {
      severity: 'ticket',
      team,
      summary: 'The aggregator of {job} refuses {metric}',
      description: '{value} points within an hour, with {error_type}: they are not in any total.',
      by: `${SERVICE}, metric, error_type`,
      labels: { job: 'shop', metric: 'shop.orders', error_type: 'bounds_conflict' },
    }),
    eventAlert(thresholds, 'MetricsOverflow', METRICS.overflow, {
      severity: 'ticket',
      team,
      summary: '{metric} of {job} has more series than its limit',
      description: '{value} points within an hour went to the overflow series.',
      by: `${SERVICE}, metric`,
      labels: { job: 'shop', metric: 'shop.orders' },
    }),
    alert(thresholds, 'MetricsConflict', {
      severity: 'ticket',
      team,
      summary: '{metric} of {job} is not in /metrics',
      description: '{value} series are left out: their name is taken by a metric of another kind.',
      expr: (limit) => `max by (${SERVICE}, metric) (${METRICS.conflicts.prometheus}) > ${limit}`,
      test: {
        labels: { job: 'shop', metric: 'shop.orders' },
        levels: [2, 0],
        value: 2,
        series: (level) => [
          holding(
            METRICS.conflicts.prometheus,
            { job: 'shop', metric: 'shop.orders' },
            undefined,
            level,
          ),
        ],
      },
    }),
    eventAlert(thresholds, 'AggregatorExportFailing', METRICS.exportFailures, {
      severity: 'warning',
      team,
      summary: 'The aggregator of {job} cannot export',
      description: '{value} exports failed in the last hour, with {error_type}.',
      by: `${SERVICE}, error_type`,
      labels: { job: 'shop', error_type: 'http_503' },
    }),
  ]
}

/** A service that is up and used and has no metrics of requests, and one that must have them whatever happens. */
const telemetryAbsent = (thresholds: Thresholds): Alert[] => {
  const { services, busyPerSecond } = thresholds.settings
  const requests = `${METRICS.requests.prometheus}_count`
  const summary = 'No metrics of {job}'
  const absent = (given: Pick<Alert, 'labels' | 'description' | 'test' | 'expr'>): Alert =>
    alert(thresholds, 'TelemetryAbsent', {
      severity: 'critical',
      team,
      summary,
      ...given,
      expr: () => given.expr,
    })
  return [
    absent({
      labels: { expected: 'by-traffic' },
      description:
        'There has been no sample of its requests for 15 minutes. This hour of last week, or of yesterday, had {value} a second.',
      expr:
        `${expectedRate('job')} > ${decimal(busyPerSecond)}\n` +
        `unless count by (${SERVICE}) (count_over_time(${requests}[15m]))`,
      test: {
        labels: { job: 'shop' },
        minutes: [26 * 60, 60, 60],
        stepMinutes: 2,
        levels: [0, 1],
        value: 1,
        series: (level) => [
          growing(METRICS.requests, { job: 'shop' }, 60, level ? 60 : undefined, 60),
        ],
      },
    }),
    ...(services.length ? [absent(listed(services))] : []),
  ]
}

/** Whatever its namespace, and whether or not it ever was there. */
const listed = (services: readonly string[]) => ({
  labels: { expected: 'always' },
  description: 'There has been no sample of its requests for 15 minutes.',
  expr: services
    .map((name) => {
      const requests = `${METRICS.requests.prometheus}_count{${jobNamed(name)}}`
      return `label_replace(absent_over_time(${requests}[15m]), "job", "${name}", "", "")`
    })
    .join('\nor '),
  test: {
    labels: { job: services[0] ?? '' },
    minutes: [30, 60, 30] as const,
    levels: [0, 1] as const,
    value: 1,
    series: (level: number) =>
      services.map((name, index) =>
        holding(
          `${METRICS.requests.prometheus}_count`,
          { job: `acme/${name}` },
          1,
          index || level ? 1 : undefined,
        ),
      ),
  },
})
