import { METRICS } from '../../../prometheus/source/metrics.ts'
import type { Board } from '../panel.ts'
import { p95, percentiles, rate, ratio, SERVICE, WINDOW } from '../query.ts'
import { SHOWN } from './metrics.ts'

const { invocations, health, memory } = METRICS
const SCRIPT = 'cloudflare_script_name'
const BUCKET = 'cloudflare_r2_bucket_name'
const NAMESPACE = 'cloudflare_kv_namespace_id'
const DATABASE = 'cloudflare_d1_database_id'
/** Not by the service: it is that of the Worker that asks Cloudflare. */
const perSecondOf = (counter: string, by: string): string =>
  `sum by (${by}) (rate(${counter}[${WINDOW}]))`
const gauge = (name: string, by: string): string => `max by (${by}) (${name}{${SERVICE}})`

export const platform: Board = {
  uid: 'platform',
  title: 'Runtime & platform',
  description:
    'Invocations as the platform counts them (Tail Worker), processes elsewhere, and health.',
  rows: [
    {
      title: 'Workers',
      panels: [
        {
          title: 'Invocations by outcome',
          kind: 'graph',
          unit: 'ops',
          width: 12,
          stacked: true,
          origin: 'tail-worker',
          queries: [
            {
              expr: rate(invocations, `${SCRIPT}, hono_tail_outcome`),
              legend: `{{${SCRIPT}}} {{hono_tail_outcome}}`,
            },
          ],
        },
        {
          title: 'Share killed for CPU or memory',
          kind: 'graph',
          unit: 'percentunit',
          width: 12,
          limit: 'InvocationsExceededCpu',
          origin: 'tail-worker',
          queries: [
            {
              expr: ratio(invocations, SCRIPT, 'hono_tail_outcome=~"exceeded(Cpu|Memory)"'),
              legend: `{{${SCRIPT}}}`,
            },
          ],
        },
        {
          title: 'CPU time',
          kind: 'graph',
          unit: 's',
          width: 12,
          origin: 'tail-worker',
          queries: percentiles(SHOWN.cpu),
        },
        {
          title: 'Wall time',
          kind: 'graph',
          unit: 's',
          width: 12,
          origin: 'tail-worker',
          queries: percentiles(SHOWN.wall),
        },
      ],
    },
    {
      title: "Cloudflare's own count (platform/)",
      panels: [
        {
          title: 'Invocations by status',
          description: 'Also of Workers that send no telemetry. Five minutes late.',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          origin: 'platform-metrics',
          queries: [
            {
              expr: `sum by (${SCRIPT}, cloudflare_workers_status) (rate(cloudflare_workers_requests_total[${WINDOW}]))`,
              legend: `{{${SCRIPT}}} {{cloudflare_workers_status}}`,
            },
          ],
        },
        {
          title: 'CPU time',
          kind: 'graph',
          unit: 's',
          width: 8,
          origin: 'platform-metrics',
          queries: [
            {
              expr: `max by (${SCRIPT}, quantile) (cloudflare_workers_cpu_time_seconds)`,
              legend: `{{${SCRIPT}}} {{quantile}}`,
            },
          ],
        },
        {
          title: 'Subrequests',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          origin: 'platform-metrics',
          queries: [
            {
              expr: `sum by (${SCRIPT}) (rate(cloudflare_workers_subrequests_total[${WINDOW}]))`,
              legend: `{{${SCRIPT}}}`,
            },
          ],
        },
      ],
    },
    {
      title: 'Stores, as Cloudflare counts them (platform/)',
      panels: [
        {
          title: 'Size of R2 buckets',
          description: 'Objects and their metadata, as of the last measurement.',
          kind: 'graph',
          unit: 'bytes',
          width: 8,
          origin: 'platform-metrics',
          queries: [
            { expr: `max by (${BUCKET}) (cloudflare_r2_size_bytes)`, legend: `{{${BUCKET}}}` },
          ],
        },
        {
          title: 'Size of KV namespaces',
          description: 'The most of the last day that was measured.',
          kind: 'graph',
          unit: 'bytes',
          width: 8,
          origin: 'platform-metrics',
          queries: [
            {
              expr: `max by (${NAMESPACE}) (cloudflare_kv_size_bytes)`,
              legend: `{{${NAMESPACE}}}`,
            },
          ],
        },
        {
          title: 'Size of D1 databases',
          description: 'The most of the last day that was measured. D1 ends at 10 GB.',
          kind: 'graph',
          unit: 'bytes',
          width: 8,
          limit: 'D1DatabaseLarge',
          origin: 'platform-metrics',
          queries: [
            { expr: `max by (${DATABASE}) (cloudflare_d1_size_bytes)`, legend: `{{${DATABASE}}}` },
          ],
        },
        {
          title: 'Operations on R2',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          origin: 'platform-metrics',
          queries: [
            {
              expr: perSecondOf(
                'cloudflare_r2_operations_total',
                `${BUCKET}, cloudflare_r2_operation`,
              ),
              legend: `{{${BUCKET}}} {{cloudflare_r2_operation}}`,
            },
          ],
        },
        {
          title: 'Operations on KV',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          stacked: true,
          origin: 'platform-metrics',
          queries: [
            {
              expr: perSecondOf(
                'cloudflare_kv_operations_total',
                `${NAMESPACE}, cloudflare_kv_operation`,
              ),
              legend: `{{${NAMESPACE}}} {{cloudflare_kv_operation}}`,
            },
          ],
        },
        {
          title: 'Rows of D1, read and written',
          description: 'Rows are what D1 bills.',
          kind: 'graph',
          unit: 'ops',
          width: 8,
          origin: 'platform-metrics',
          queries: [
            {
              expr: perSecondOf('cloudflare_d1_rows_total', `${DATABASE}, cloudflare_d1_access`),
              legend: `{{${DATABASE}}} {{cloudflare_d1_access}}`,
            },
          ],
        },
      ],
    },
    {
      title: 'Isolates, as the aggregator knows them',
      panels: [
        {
          title: 'Isolates',
          kind: 'graph',
          width: 12,
          queries: [
            {
              expr: gauge('hono_aggregator_instances', 'job, instance'),
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Series',
          kind: 'graph',
          width: 12,
          queries: [
            {
              expr: gauge('hono_aggregator_series', 'job, instance'),
              legend: '{{instance}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Processes on Deno, Bun and Node',
      panels: [
        {
          title: 'Memory',
          kind: 'graph',
          unit: 'bytes',
          width: 8,
          limit: 'ProcessMemoryHigh',
          origin: 'process',
          queries: [{ expr: gauge(memory.prometheus, 'job, instance'), legend: '{{instance}}' }],
        },
        {
          title: 'CPU',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          origin: 'process',
          queries: [
            {
              expr: `sum by (instance, cpu_mode) (rate(process_cpu_time_seconds_total{${SERVICE}}[${WINDOW}]))`,
              legend: '{{instance}} {{cpu_mode}}',
            },
          ],
        },
        {
          title: 'Heap used, of its limit',
          description: 'V8 ends the process at its limit. Node and Deno.',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          origin: 'process',
          queries: [
            {
              expr: `sum by (job, instance) (v8js_memory_heap_used_bytes{${SERVICE}}) / on (job, instance) ${gauge('hono_process_heap_limit_bytes', 'job, instance')}`,
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Event loop at work',
          description: 'Near 100 %, every request waits. Node.',
          kind: 'graph',
          unit: 'percentunit',
          width: 8,
          origin: 'process',
          queries: [
            {
              expr: `sum by (job, instance) (rate(nodejs_eventloop_time_seconds_total{${SERVICE}, nodejs_eventloop_state="active"}[${WINDOW}])) / sum by (job, instance) (rate(nodejs_eventloop_time_seconds_total{${SERVICE}}[${WINDOW}]))`,
              legend: '{{instance}}',
            },
          ],
        },
        {
          title: 'Event loop delay',
          description: 'Of the last minute, or two.',
          kind: 'graph',
          unit: 's',
          width: 8,
          origin: 'process',
          queries: ['p50', 'p99', 'max'].map((part) => ({
            expr: gauge(`nodejs_eventloop_delay_${part}_seconds`, 'job, instance'),
            legend: `{{instance}} ${part}`,
          })),
        },
        {
          title: 'What keeps the event loop alive',
          description: 'Sockets, timers and requests to the system that are open. Node.',
          kind: 'graph',
          width: 16,
          origin: 'process',
          queries: [
            {
              expr: `sum by (job, instance, hono_process_resource_type) (hono_process_active_resources{${SERVICE}}) > 0`,
              legend: '{{instance}} {{hono_process_resource_type}}',
            },
          ],
        },
        {
          title: 'Garbage collection, p95',
          kind: 'graph',
          unit: 's',
          width: 8,
          origin: 'process',
          queries: [
            {
              expr: `histogram_quantile(0.95, sum by (v8js_gc_type, le) (rate(v8js_gc_duration_seconds_bucket{${SERVICE}}[${WINDOW}])))`,
              legend: '{{v8js_gc_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Health checks',
      panels: [
        {
          title: 'Status',
          description: '1 pass, 0.5 warn, 0 fail.',
          kind: 'graph',
          width: 12,
          queries: [
            {
              expr: `min by (app_health_check_name) (app_health_check_status{${SERVICE}})`,
              legend: '{{app_health_check_name}}',
            },
          ],
        },
        {
          title: 'Duration, p95',
          kind: 'graph',
          unit: 's',
          width: 12,
          queries: [
            { expr: p95(health, 'app_health_check_name'), legend: '{{app_health_check_name}}' },
          ],
        },
      ],
    },
  ],
}
