/** A metric of the package, as Prometheus names it. */
export interface Metric {
  /** The OpenTelemetry name. */
  readonly name: string
  readonly unit: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** The Prometheus name, without `_bucket`, `_sum` or `_count`. */
  readonly prometheus: string
  /** Upper bounds of a histogram's buckets. */
  readonly bounds?: readonly number[]
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
const EXPORT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WAIT_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400]

const WORKFLOW_SECONDS = [
  0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 604_800,
]

const seconds = (
  name: string,
  prometheus: string,
  bounds: readonly number[] = SECONDS,
): Metric => ({ name, unit: 's', type: 'histogram', prometheus, bounds })

const counter = (name: string, unit: string, prometheus: string): Metric => ({
  name,
  unit,
  type: 'counter',
  prometheus,
})

const gauge = (name: string, unit: string, prometheus: string): Metric => ({
  name,
  unit,
  type: 'gauge',
  prometheus,
})

/** The metrics that rules ask for. Tests hold them against the package and against a running Worker. */
export const METRICS = {
  requests: seconds('http.server.request.duration', 'http_server_request_duration_seconds'),
  upstreams: seconds('http.client.request.duration', 'http_client_request_duration_seconds'),
  rpc: seconds('rpc.client.call.duration', 'rpc_client_call_duration_seconds'),
  database: seconds(
    'db.client.operation.duration',
    'db_client_operation_duration_seconds',
    DATABASE_SECONDS,
  ),
  poolConnections: gauge(
    'db.client.connection.count',
    '{connection}',
    'db_client_connection_count',
  ),
  poolMax: gauge('db.client.connection.max', '{connection}', 'db_client_connection_max'),
  poolWaits: seconds(
    'db.client.connection.wait_time',
    'db_client_connection_wait_time_seconds',
    DATABASE_SECONDS,
  ),
  poolTimeouts: counter(
    'db.client.connection.timeouts',
    '{timeout}',
    'db_client_connection_timeouts_total',
  ),
  bindings: seconds('hono.binding.operation.duration', 'hono_binding_operation_duration_seconds'),
  lookups: counter('hono.cache.lookups', '{lookup}', 'hono_cache_lookups_total'),
  sending: seconds(
    'messaging.client.operation.duration',
    'messaging_client_operation_duration_seconds',
  ),
  sent: counter(
    'messaging.client.sent.messages',
    '{message}',
    'messaging_client_sent_messages_total',
  ),
  consumed: counter(
    'messaging.client.consumed.messages',
    '{message}',
    'messaging_client_consumed_messages_total',
  ),
  processing: seconds('messaging.process.duration', 'messaging_process_duration_seconds'),
  waiting: seconds('hono.queue.wait.duration', 'hono_queue_wait_duration_seconds', WAIT_SECONDS),
  backlog: gauge(
    'cloudflare.queues.backlog.messages',
    '{message}',
    'cloudflare_queues_backlog_messages',
  ),
  d1Size: gauge('cloudflare.d1.size', 'By', 'cloudflare_d1_size_bytes'),
  d1Inspected: gauge('hono.d1.size', 'By', 'hono_d1_size_bytes'),
  workflowRuns: seconds(
    'hono.workflow.run.duration',
    'hono_workflow_run_duration_seconds',
    WORKFLOW_SECONDS,
  ),
  cost: counter('hono.cost', '{USD}', 'hono_cost_total'),
  auth: counter('hono.auth.requests', '{request}', 'hono_auth_requests_total'),
  invocations: counter('hono.tail.invocations', '{invocation}', 'hono_tail_invocations_total'),
  health: seconds('app.health.check.duration', 'app_health_check_duration_seconds'),
  memory: gauge('process.memory.usage', 'By', 'process_memory_usage_bytes'),
  spansStarted: counter('otel.sdk.span.started', '{span}', 'otel_sdk_span_started_total'),
  spansExported: counter(
    'otel.sdk.exporter.span.exported',
    '{span}',
    'otel_sdk_exporter_span_exported_total',
  ),
  exporting: seconds(
    'otel.sdk.exporter.operation.duration',
    'otel_sdk_exporter_operation_duration_seconds',
    EXPORT_SECONDS,
  ),
  circuit: gauge('hono.otlp.circuit.open', '', 'hono_otlp_circuit_open'),
  refused: counter(
    'hono.aggregator.refused_points',
    '{point}',
    'hono_aggregator_refused_points_total',
  ),
  overflow: counter(
    'hono.aggregator.overflow_points',
    '{point}',
    'hono_aggregator_overflow_points_total',
  ),
  exportFailures: counter(
    'hono.aggregator.export_failures',
    '{export}',
    'hono_aggregator_export_failures_total',
  ),
  conflicts: gauge('hono.prometheus.conflicts', '', 'hono_prometheus_conflicts'),
} as const satisfies Record<string, Metric>

/** Records that an exporter is done with, or a processor dropped: one expression for every signal. */
export const RECORDS =
  '{__name__=~"otel_sdk_(exporter_(span|log|metric_data_point)_exported|processor_(span|log)_processed)_total"'
