import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board, Query } from '../panel.ts'
import { p95, rate, SERVICE, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { spansStarted, spansExported, exporting, circuit, refused, overflow, exportFailures } =
  METRICS
const COMPONENT = 'otel_component_name'
/** Each signal by itself: a rate leaves no name by which series of several metrics could be told apart. */
const ofEachSignal = (name: string, by: string): Query[] =>
  ['spans', 'metric_points', 'log_records'].map((records) => ({
    expr: `sum by (${by}) (rate(${name}_${records}_total[${WINDOW}]))`,
    legend: `${records.replace('_', ' ')} {{${by}}}`,
  }))

export const telemetry: Board = {
  uid: 'telemetry',
  title: 'Telemetry health',
  description: 'Does what the other dashboards show arrive? From the Worker to the stores.',
  rows: [
    {
      title: 'The service',
      panels: [
        {
          title: 'Spans started and exported',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [
            { expr: rate(spansStarted, 'job'), legend: '{{job}} started' },
            { expr: rate(spansExported, 'job', 'error_type=""'), legend: '{{job}} exported' },
          ],
        },
        {
          title: 'Dropped',
          description: 'By reason: see "What became of it" in docs/delivery.md.',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          origin: 'fault',
          queries: [
            {
              expr: `sum by (error_type, ${COMPONENT}) (rate({__name__=~"otel_sdk_(exporter_(span|log|metric_data_point)_exported|processor_(span|log)_processed)_total",error_type!="",${SERVICE}}[${WINDOW}]))`,
              legend: `{{error_type}} {{${COMPONENT}}}`,
            },
          ],
        },
        {
          title: 'Data points exported',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          queries: [{ expr: rate(SHOWN.points, COMPONENT), legend: `{{${COMPONENT}}}` }],
        },
        {
          title: 'Waiting to be sent',
          kind: 'graph',
          width: 8,
          queries: [
            {
              expr: `sum by (${COMPONENT}) ({__name__=~"otel_sdk_processor_(span|log)_queue_size",${SERVICE}})`,
              legend: `{{${COMPONENT}}}`,
            },
          ],
        },
        {
          title: 'An export, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          limit: 'TelemetryExportSlow',
          queries: [{ expr: p95(exporting, COMPONENT), legend: `{{${COMPONENT}}}` }],
        },
        {
          title: 'Circuit open',
          description: '1 while the receiver is given up but for a probe.',
          kind: 'graph',
          width: 8,
          queries: [
            {
              expr: `max by (${COMPONENT}, server_address) (${circuit.prometheus}{${SERVICE}})`,
              legend: `{{${COMPONENT}}} {{server_address}}`,
            },
          ],
        },
      ],
    },
    {
      title: 'The aggregator',
      panels: [
        {
          title: 'Pushes',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          queries: [{ expr: rate(SHOWN.pushes, 'outcome'), legend: '{{outcome}}' }],
        },
        {
          title: 'Points refused, or beyond the limit',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          origin: 'fault',
          queries: [
            { expr: rate(refused, 'metric, error_type'), legend: '{{metric}} {{error_type}}' },
            { expr: rate(overflow, 'metric'), legend: '{{metric}} overflow' },
          ],
        },
        {
          title: 'Exports that failed',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          origin: 'fault',
          queries: [{ expr: rate(exportFailures, 'error_type'), legend: '{{error_type}}' }],
        },
      ],
    },
    {
      title: 'The Collector',
      panels: [
        {
          title: 'Taken',
          kind: 'graph',
          unit: 'ops',
          width: 6,
          origin: 'collector',
          queries: ofEachSignal('otelcol_receiver_accepted', 'receiver'),
        },
        {
          title: 'Refused',
          description: 'Out of memory (memory_limiter): senders try again.',
          kind: 'graph',
          unit: 'ops',
          width: 6,
          origin: 'collector',
          queries: ofEachSignal('otelcol_receiver_refused', 'receiver'),
        },
        {
          title: 'Failed to send',
          kind: 'graph',
          unit: 'ops',
          width: 6,
          origin: 'fault',
          queries: ofEachSignal('otelcol_exporter_send_failed', 'exporter'),
        },
        {
          title: 'Queues of its exporters',
          kind: 'graph',
          unit: 'percentunit',
          width: 6,
          steps: [0.5, 0.9],
          origin: 'collector',
          queries: [
            {
              expr: 'max by (exporter, data_type) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)',
              legend: '{{exporter}} {{data_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Prometheus',
      panels: [
        {
          title: 'Targets up',
          kind: 'graph',
          width: 12,
          queries: [{ expr: 'up', legend: '{{job}} {{instance}}' }],
        },
        {
          title: 'Scrapes',
          kind: 'graph',
          unit: 's',
          width: 12,
          queries: [{ expr: 'scrape_duration_seconds', legend: '{{job}} {{instance}}' }],
        },
      ],
    },
  ],
}
