import type { LogFields } from '../record.ts'
import { type LogFormat, renamed } from './format.ts'

const SEVERITY: Readonly<Record<string, string>> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
}

const TRACE = 'logging.googleapis.com/trace'

const NAMES: Readonly<Record<string, string>> = {
  timestamp: 'time',
  level: 'severity',
  message: 'message',
  trace_id: TRACE,
  span_id: 'logging.googleapis.com/spanId',
  trace_flags: 'logging.googleapis.com/trace_sampled',
  'exception.stacktrace': 'stack_trace',
}

/** What is told in `httpRequest` instead. */
const HTTP: Readonly<Record<string, string>> = {
  'http.request.method': '',
  'http.response.status_code': '',
  'http.request.body.size': '',
  'http.response.body.size': '',
  duration_ms: '',
}

/** Sizes are 64-bit integers there, which JSON has as text. */
const sizeOf = (bytes: unknown): string | undefined =>
  bytes === undefined ? undefined : `${bytes}`

const httpRequest = (line: LogFields): object => ({
  requestMethod: line['http.request.method'],
  status: line['http.response.status_code'],
  requestSize: sizeOf(line['http.request.body.size']),
  responseSize: sizeOf(line['http.response.body.size']),
  latency: `${Number(line.duration_ms) / 1000}s`,
})

const format = (line: LogFields, traces: string): LogFields => {
  const isAccess = line.logger === 'access' && line.duration_ms !== undefined
  const { trace_id: id, trace_flags: flags } = line
  return renamed(
    line,
    {
      time: line.timestamp,
      severity: SEVERITY[String(line.level)],
      message: line.message,
      httpRequest: isAccess ? httpRequest(line) : undefined,
      [TRACE]: id === undefined ? undefined : `${traces}${id}`,
      'logging.googleapis.com/trace_sampled':
        flags === undefined ? undefined : (Number.parseInt(String(flags), 16) & 1) === 1,
    },
    isAccess ? { ...NAMES, ...HTTP } : NAMES,
  )
}

/**
 * For `logs.format`: lines with the special fields of Google Cloud Logging, `severity`, `httpRequest`,
 * `logging.googleapis.com/trace` and so on. Trace ids stand alone; see {@link gcpProject}.
 *
 * @example
 * ```ts
 * import { gcp, observability } from 'hono-observability'
 *
 * observability({ logs: { format: gcp } })
 * ```
 */
export const gcp: LogFormat = (line) => format(line, '')

/**
 * The same with traces by their resource name, `projects/<project>/traces/<id>`, which links lines with Cloud Trace.
 *
 * @param project The id of the project that has the traces.
 *
 * @example
 * ```ts
 * import { gcpProject, observability } from 'hono-observability'
 *
 * observability({ logs: { format: gcpProject('my-project') } })
 * ```
 */
export const gcpProject = (project: string): LogFormat => {
  const traces = `projects/${project}/traces/`
  return (line) => format(line, traces)
}
