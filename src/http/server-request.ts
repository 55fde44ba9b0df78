import { type Attributes, type Context, type Span, SpanKind, trace } from '@opentelemetry/api'
import { activeContext } from '../context/async-context.ts'
import { extractHeaders } from '../context/headers.ts'
import { formatTraceparent } from '../context/traceparent.ts'
import { ATTR, HONO_ATTR } from '../semconv.ts'
import type { Telemetry } from '../telemetry.ts'
import { recordFailure } from '../traces/failure.ts'
import { RecordingSpan } from '../traces/span.ts'
import { type BodyEnd, isStream, observeBody } from './body-end.ts'
import { captureHeaders } from './capture-headers.ts'
import { keepAlive } from './keep-alive.ts'
import { requestIdFrom } from './request-id.ts'
import { type RequestScope, withScope } from './request-scope.ts'
import { setHeader } from './set-header.ts'
import { parseUrl, redactQuery } from './url.ts'

/** What became of a request. */
export interface RequestResult {
  status: number
  response: Response | undefined
}

/**
 * Begins a request: one server span, unless another tracer's is active already, and the context that carries it.
 * Follows the HTTP semantic conventions 1.44, "HTTP server span".
 */
export const openRequest = (
  telemetry: Telemetry,
  request: Request,
  executionCtx: unknown,
  knownRequestId?: string,
): { scope: RequestScope; context: Context } => {
  const { config, propagator } = telemetry
  const { headers, method, url } = request
  const active = activeContext()
  const foreign = foreignServerSpan(active)
  const parent = foreign ? active : extractHeaders(propagator, headers, active)
  const span = foreign ?? startServerSpan(telemetry, request, method, url, parent)
  const { requestIdHeader } = config.http
  const scope: RequestScope = {
    telemetry,
    span,
    ownsSpan: !foreign,
    method,
    url,
    startMs: Date.now(),
    executionCtx,
    settle: keepAlive(telemetry.pipeline, executionCtx),
    requestId: requestIdHeader
      ? (knownRequestId ?? requestIdFrom(headers.get(requestIdHeader)))
      : undefined,
    route: undefined,
    isProbe: false,
    error: undefined,
  }
  return { scope, context: withScope(trace.setSpan(parent, span), scope) }
}

/** A server span that another tracer started for this same request: it is enriched, not doubled. */
const foreignServerSpan = (context: Context): Span | undefined => {
  const span = trace.getSpan(context)
  const kind = (span as { kind?: SpanKind } | undefined)?.kind
  return span?.isRecording() &&
    !(span instanceof RecordingSpan) &&
    (kind === undefined || kind === SpanKind.SERVER)
    ? span
    : undefined
}

const startServerSpan = (
  telemetry: Telemetry,
  request: Request,
  method: string,
  url: string,
  parent: Context,
): Span => {
  const { http } = telemetry.config
  const known = http.knownMethods.has(method)
  const parts = parseUrl(url)
  const attributes: Attributes = {
    [ATTR.requestMethod]: known ? method : '_OTHER',
    [ATTR.urlScheme]: parts.scheme,
    [ATTR.urlPath]: parts.path,
    [ATTR.serverAddress]: parts.address,
  }
  if (parts.port !== undefined) {
    attributes[ATTR.serverPort] = parts.port
  }
  if (parts.query) {
    attributes[ATTR.urlQuery] = redactQuery(parts.query, http) || undefined
  }
  if (!known) {
    attributes[ATTR.requestMethodOriginal] = method
  }
  if (telemetry.coldStart) {
    telemetry.coldStart = false
    attributes[ATTR.coldStart] = true
  }
  if (http.userAgent) {
    attributes[ATTR.userAgent] = request.headers.get('user-agent') ?? undefined
  }
  if (http.clientAddress) {
    attributes[ATTR.clientAddress] = request.headers.get('cf-connecting-ip') ?? undefined
  }
  captureHeaders(attributes, 'http.request.header.', request.headers, http.requestHeaders)
  return telemetry.tracer.startSpan(
    known ? method : 'HTTP',
    { kind: SpanKind.SERVER, attributes },
    parent,
  )
}

/**
 * Ends a request, or, when its response is a stream, arranges for it to end with the stream.
 *
 * @returns The response to send, which is another object when the body is observed or its headers were immutable.
 */
export const closeRequest = (scope: RequestScope, result: RequestResult): Response | undefined => {
  const { span, telemetry, method, error } = scope
  const { status } = result
  const { config } = telemetry
  if (scope.isProbe) {
    // A span that never ends is never exported.
    scope.settle()
    return result.response
  }
  const known = config.http.knownMethods.has(method)
  if (scope.route !== undefined) {
    span.setAttribute(ATTR.route, scope.route)
    span.updateName(`${known ? method : 'HTTP'} ${scope.route}`)
  }
  span.setAttribute(ATTR.statusCode, status)
  if (status >= 500) {
    recordFailure(span, error, String(status))
  }
  let { response } = result
  if (!response || status === 101) {
    finish(scope)
    return response
  }
  if (config.http.responseHeaders.length) {
    const captured: Attributes = {}
    captureHeaders(captured, 'http.response.header.', response.headers, config.http.responseHeaders)
    span.setAttributes(captured)
  }
  if (scope.requestId && config.http.requestIdHeader) {
    response = setHeader(response, config.http.requestIdHeader, scope.requestId)
  }
  if (config.traces.serverTiming) {
    const traceparent = formatTraceparent(span.spanContext())
    response = traceparent
      ? setHeader(response, 'Server-Timing', `traceparent;desc="${traceparent}"`, true)
      : response
  }
  if (!isStream(response, method)) {
    finish(scope)
    return response
  }
  span.setAttribute(HONO_ATTR.timeToHeadersMs, Date.now() - scope.startMs)
  return observeBody(response, config.http.streamTimeoutMs, (end, cause) =>
    finish(scope, end, cause),
  )
}

const finish = ({ span, ownsSpan, settle }: RequestScope, end?: BodyEnd, cause?: unknown): void => {
  if (end !== undefined && end !== 'end') {
    span.setAttribute(HONO_ATTR.streamOutcome, end)
    if (end === 'error') {
      recordFailure(span, cause)
    }
  }
  if (ownsSpan) {
    span.end()
  }
  settle()
}
