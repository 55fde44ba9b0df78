import type { Thresholds } from '../../../thresholds.ts'
import { alert, limitOf, slowAlert } from '../alert.ts'
import { METRICS, type Metric, RECORDS } from '../metrics.ts'
import { decimal, newEvents, perSecond } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { failing, growing, holding } from '../series.ts'

const team = 'observability'
const EXPORTER = 'job, otel_component_name'
const exporter = { job: 'shop', otel_component_name: 'otlp_http_json_span_exporter/0' }

/** Whether what the others say can be believed. */
export const telemetryAlerts = (thresholds: Thresholds): Alert[] => {
  const { services, minPerSecond } = thresholds.settings
  return [
    alert(thresholds, 'TelemetryAbsent', {
      severity: 'critical',
      team,
      summary: 'No metrics of {job}',
      description: 'There has been no sample of its requests for 15 minutes.',
      expr: () =>
        services
          .map((job) => `absent_over_time(${METRICS.requests.prometheus}_count{job="${job}"}[15m])`)
          .join('\nor '),
      test: {
        labels: { job: services[0] ?? '' },
        minutes: [30, 60, 30],
        levels: [0, 1],
        value: 1,
        series: (level) => [
          holding(
            `${METRICS.requests.prometheus}_count`,
            { job: services[0] ?? '' },
            1,
            level || undefined,
          ),
        ],
      },
    }),
    alert(thresholds, 'TelemetryDropped', {
      severity: 'warning',
      team,
      summary: '{otel_component_name} of {job} drops records',
      description: '{value} of what it should have exported in 15 minutes; the limit is {limit}.',
      format: 'share',
      // The names have no reason for a drop in common, so no two series differ by name alone.
      expr: (limit) =>
        `sum by (${EXPORTER}) (rate(${RECORDS},error_type!=""}[15m]))\n` +
        `  / sum by (${EXPORTER}) (rate(${RECORDS}}[15m])) > ${limit}`,
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
      minPerSecond: minPerSecond / 5,
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
        `${perSecond(METRICS.spansStarted, 'job', '15m')} > ${decimal(minPerSecond)}\n` +
        `and ${perSecond(METRICS.spansExported, 'job', '1d')} > 0\n` +
        `unless ${perSecond(METRICS.spansExported, 'job', '15m', 'error_type=""')} > 0`,
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
      summary: 'The aggregator of {job} refuses {metric}',
      description: '{value} points in the last hour, with {error_type}: they are not in any total.',
      by: 'job, metric, error_type',
      labels: { metric: 'shop.orders', error_type: 'bounds_conflict' },
    }),
    eventAlert(thresholds, 'MetricsOverflow', METRICS.overflow, {
      summary: '{metric} of {job} has more series than its limit',
      description: '{value} points in the last hour went to the overflow series.',
      by: 'job, metric',
      labels: { metric: 'shop.orders' },
    }),
    alert(thresholds, 'MetricsConflict', {
      severity: 'ticket',
      team,
      summary: '{metric} of {job} is not in /metrics',
      description: '{value} series are left out: their name is taken by a metric of another kind.',
      expr: (limit) => `max by (job, metric) (${METRICS.conflicts.prometheus}) > ${limit}`,
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
      summary: 'The aggregator of {job} cannot export',
      description: '{value} exports failed in the last hour, with {error_type}.',
      by: 'job, error_type',
      labels: { error_type: 'http_503' },
    }),
  ]
}

/** Fires when something that should never happen has, within an hour. */
const eventAlert = (
  thresholds: Thresholds,
  name: 'MetricsRefused' | 'MetricsOverflow' | 'AggregatorExportFailing',
  metric: Metric,
  options: Pick<Alert, 'summary' | 'description'> & {
    by: string
    labels: Readonly<Record<string, string>>
  },
): Alert => {
  const labels = { job: 'shop', ...options.labels }
  return alert(thresholds, name, {
    severity: name === 'AggregatorExportFailing' ? 'warning' : 'ticket',
    team,
    summary: options.summary,
    description: options.description,
    expr: (limit) => newEvents(metric, options.by, '1h', limit),
    test: {
      labels,
      minutes: [90, 30, 90],
      levels: [3, 0],
      value: 3,
      series: (level) => [
        holding('target_info', { job: 'shop' }, 1, 1),
        holding(metric.prometheus, labels, undefined, level, level),
      ],
    },
  })
}
