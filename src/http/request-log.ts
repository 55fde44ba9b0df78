import { exceptionAttributes } from '../base/thrown.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { type AccessInput, accessRecord, keepsAccess } from '../logs/access.ts'
import { idsOf, type LogScope } from '../logs/core.ts'
import { describeError } from '../logs/error.ts'
import type { LogFields } from '../logs/record.ts'
import { fieldsOf } from '../logs/scope-fields.ts'
import type { RequestScope } from './request-scope.ts'

/** What a request's end looks like to its log line. */
export interface LoggedRequest {
  status: number
  durationMs: number
  /** `ok`, or how the body ended otherwise. */
  outcome: string
  /** What was thrown, by the app or by the body's source. */
  error: unknown
  requestBytes: number | undefined
  responseBytes: number | undefined
  /** What it used, where that is counted. */
  used?: LogFields | undefined
}

/** Writes the request's access line, and, by OTLP, its exception as an event. */
export const logRequest = (scope: RequestScope, request: LoggedRequest): void => {
  const { telemetry, context, fields, method, route, url } = scope
  const { logs } = telemetry.config
  if (!logs || !telemetry.logs) {
    return
  }
  const { error, outcome, status, durationMs, requestBytes, responseBytes } = request
  const ids: LogScope = {
    ...idsOf(context),
    requestId: scope.requestId,
    fields: fieldsOf(context),
  }
  const timeMs = Date.now()
  if (logs.access) {
    const input: AccessInput = {
      used: request.used,
      timeMs,
      status,
      durationMs,
      requestBytes,
      responseBytes,
      scope: ids,
      method,
      route,
      path: url.path,
      outcome: status >= 500 && outcome === 'ok' ? 'error' : outcome,
      error:
        error === undefined ? undefined : describeError(error, logs, status, [ids.fields, fields]),
      fields,
      slowThresholdMs: logs.slowThresholdMs,
    }
    if (keepsAccess(input, logs.accessRatio)) {
      telemetry.logs.write(accessRecord(input))
    }
  }
  if (error !== undefined && status >= 500) {
    // Semantic conventions 1.44, "Exceptions in logs".
    telemetry.logs.export?.({
      ...ids,
      timeMs,
      severityNumber: 17,
      severityText: 'error',
      body: '',
      loggerName: SCOPE_NAME,
      loggerVersion: VERSION,
      eventName: 'http.server.request.exception',
      attributes: exceptionAttributes(error),
    })
  }
}
