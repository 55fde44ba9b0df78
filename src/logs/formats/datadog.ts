import { durationNs, type LogFormat, renamed } from './format.ts'

const NAMES: Readonly<Record<string, string>> = {
  timestamp: 'timestamp',
  level: 'status',
  message: 'message',
  logger: 'logger.name',
  'service.name': 'service',
  trace_id: 'trace_id',
  span_id: 'span_id',
  request_id: 'http.request_id',
  duration_ms: '',
  // Theirs is the class, ours the kind of fault.
  'error.kind': 'error.category',
  'exception.type': 'error.kind',
  'exception.message': 'error.message',
  'exception.stacktrace': 'error.stack',
  'http.request.method': 'http.method',
  'http.response.status_code': 'http.status_code',
  'http.request.body.size': 'network.bytes_read',
  'http.response.body.size': 'network.bytes_written',
  'url.path': 'http.url_details.path',
}

/**
 * For `logs.format`: lines by Datadog's reserved and standard attributes, `status`, `service`, `error.stack`,
 * `http.status_code`, `duration` in nanoseconds and so on.
 *
 * @example
 * ```ts
 * import { datadog, observability } from 'hono-observability'
 *
 * observability({ logs: { format: datadog } })
 * ```
 */
export const datadog: LogFormat = (line) =>
  renamed(
    line,
    { timestamp: line.timestamp, status: line.level, duration: durationNs(line) },
    NAMES,
  )
