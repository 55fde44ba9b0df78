import { durationNs, type LogFormat, renamed } from './format.ts'

const NAMES: Readonly<Record<string, string>> = {
  timestamp: '@timestamp',
  level: 'log.level',
  message: 'message',
  severity_number: 'event.severity',
  logger: 'log.logger',
  trace_id: 'trace.id',
  span_id: 'span.id',
  request_id: 'http.request.id',
  event_name: 'event.action',
  duration_ms: '',
  'exception.type': 'error.type',
  'exception.message': 'error.message',
  'exception.stacktrace': 'error.stack_trace',
  'exception.code': 'error.code',
  'http.request.body.size': 'http.request.body.bytes',
  'http.response.body.size': 'http.response.body.bytes',
}

/**
 * For `logs.format`: lines as the Elastic Common Schema 8.11 names them, `@timestamp`, `log.level`, `trace.id`, `error.*`
 * and so on.
 *
 * @example
 * ```ts
 * import { ecs, observability } from 'hono-observability'
 *
 * observability({ logs: { format: ecs } })
 * ```
 */
export const ecs: LogFormat = (line) =>
  renamed(
    line,
    {
      '@timestamp': line.timestamp,
      'log.level': line.level,
      message: line.message,
      'ecs.version': '8.11.0',
      'event.duration': durationNs(line),
      'event.outcome':
        line.outcome === undefined ? undefined : line.outcome === 'ok' ? 'success' : 'failure',
    },
    NAMES,
  )
