import type { Metric } from '../../../prometheus/source/metrics.ts'

const counter = (name: string, unit: string, prometheus: string): Metric => ({
  name,
  unit,
  type: 'counter',
  prometheus,
})

const seconds = (name: string, prometheus: string): Metric => ({
  name,
  unit: 's',
  type: 'histogram',
  prometheus,
})

/** What dashboards show and no rule asks for. */
export const SHOWN = {
  rpcServed: seconds('rpc.server.call.duration', 'rpc_server_call_duration_seconds'),
  poolUse: seconds('db.client.connection.use_time', 'db_client_connection_use_time_seconds'),
  workflowSteps: seconds('hono.workflow.step.duration', 'hono_workflow_step_duration_seconds'),
  cpu: seconds('hono.tail.cpu_time', 'hono_tail_cpu_time_seconds'),
  wall: seconds('hono.tail.wall_time', 'hono_tail_wall_time_seconds'),
  orders: counter('shop.orders', '{order}', 'shop_orders_total'),
  orderValue: {
    name: 'shop.order.value',
    unit: 'EUR',
    type: 'histogram',
    prometheus: 'shop_order_value_EUR',
  },
  presignedUrls: counter('shop.presigned_urls', '{url}', 'shop_presigned_urls_total'),
  usersSeen: counter('hono.users.seen', '{sighting}', 'hono_users_seen_total'),
  sessionsSeen: counter('hono.sessions.seen', '{sighting}', 'hono_sessions_seen_total'),
  requestSize: {
    name: 'http.server.request.body.size',
    unit: 'By',
    type: 'histogram',
    prometheus: 'http_server_request_body_size_bytes',
  },
  responseSize: {
    name: 'http.server.response.body.size',
    unit: 'By',
    type: 'histogram',
    prometheus: 'http_server_response_body_size_bytes',
  },
  points: counter(
    'otel.sdk.exporter.metric_data_point.exported',
    '{data_point}',
    'otel_sdk_exporter_metric_data_point_exported_total',
  ),
  pushes: counter('hono.aggregator.pushes', '{push}', 'hono_aggregator_pushes_total'),
  spanCalls: counter('traces.span.metrics.calls', '', 'traces_span_metrics_calls_total'),
  spanDuration: seconds('traces.span.metrics.duration', 'traces_span_metrics_duration_seconds'),
  edges: counter('traces_service_graph_request_total', '', 'traces_service_graph_request_total'),
} as const satisfies Record<string, Metric>
