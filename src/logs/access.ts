import type { LogScope } from './core.ts'
import { forWarning } from './error.ts'
import { joinFields } from './join-fields.ts'
import { levelName, WARN } from './levels.ts'
import type { LogFields, LogRecord } from './record.ts'

/** The logger that access lines come from: `access` in levels and in the line. */
export const ACCESS_LOGGER = 'access'

/** One finished request. */
export interface AccessInput {
  timeMs: number
  /** Ids of the request's own span, and fields of the scope. */
  scope: LogScope
  method: string
  /** Undefined when no route answered: a 404. */
  route: string | undefined
  path: string
  status: number
  durationMs: number
  requestBytes?: number | undefined
  responseBytes?: number | undefined
  /** How the request ended: `ok`, `error`, `cancel`, … */
  outcome: string
  /** The error's fields, if there was one. */
  error?: LogFields | undefined
  /** What it used, where that is counted. */
  used?: LogFields | undefined
  /** What the application added with `log.set`. */
  fields?: LogFields | undefined
  /** From this many milliseconds on the request is marked slow. */
  slowThresholdMs?: number | undefined
}

const isSlow = ({ durationMs, slowThresholdMs }: AccessInput): boolean =>
  slowThresholdMs !== undefined && durationMs >= slowThresholdMs

/**
 * Whether the line is written: always for errors (4xx and 5xx, or anything thrown) and slow requests, for the others
 * by chance. With a trace id the trace decides, so that services with the same ratio keep the same requests.
 *
 * @param ratio Share of the others that is kept, from 0 to 1.
 */
export const keepsAccess = (input: AccessInput, ratio: number): boolean => {
  if (ratio >= 1 || input.status >= 400 || input.error || isSlow(input)) {
    return true
  }
  const { traceId } = input.scope
  return (traceId ? Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 : Math.random()) < ratio
}

/**
 * The access line, or "wide event": everything about one request in one record. Level error for 5xx, warn for 4xx,
 * info otherwise. Fields of the application cannot replace those of the request.
 */
export const accessRecord = (input: AccessInput): LogRecord => {
  const { scope, status, method, route, durationMs } = input
  const severityNumber = status >= 500 ? 17 : status >= 400 ? WARN : 9
  const slow = isSlow(input)
  const fields = joinFields(scope.fields, input.fields)
  const facts = {
    'http.request.method': method,
    'http.route': route,
    'url.path': input.path,
    'http.response.status_code': status,
    // Microseconds are as fine as any runtime's clock.
    duration_ms: Math.round(durationMs * 1000) / 1000,
    'http.request.body.size': input.requestBytes,
    'http.response.body.size': input.responseBytes,
    outcome: input.outcome,
    slow: slow || undefined,
    threshold_ms: slow ? input.slowThresholdMs : undefined,
    ...(input.error && severityNumber === WARN ? forWarning(input.error) : input.error),
    ...input.used,
  }
  return {
    timeMs: input.timeMs,
    severityNumber,
    severityText: levelName(severityNumber),
    body: route === undefined ? `${method} ${status}` : `${method} ${route} ${status}`,
    loggerName: ACCESS_LOGGER,
    traceId: scope.traceId,
    spanId: scope.spanId,
    traceFlags: scope.traceFlags,
    requestId: scope.requestId,
    // Twice: the first puts them in front, the second lets nothing replace them.
    attributes: fields ? { ...facts, ...fields, ...facts } : facts,
  }
}
