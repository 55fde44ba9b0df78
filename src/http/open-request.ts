import {
  type Attributes,
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanKind,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_SERVER } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { atOnce } from '../base/thenable.ts'
import { suppressTracing } from '../context/suppress.ts'
import { closingOf } from '../export/pipeline/liveness.ts'
import { keepAlive } from '../invocation/keep-alive.ts'
import { startSpan } from '../invocation/open.ts'
import { givenWaiter } from '../invocation/wait-until.ts'
import { currentScope, withScope } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { captureHeaders } from './capture-headers.ts'
import { type InboundTrace, readInbound } from './inbound.ts'
import { requestIdFrom } from './request-id.ts'
import type { RequestScope } from './request-scope.ts'
import { spanName } from './span-name.ts'
import { parseUrl, redactQuery, type UrlParts } from './url.ts'

/** What the runtime handed over along with the request. */
export interface Given {
  readonly env: unknown
  readonly executionCtx: unknown
  /** Made by other middleware. */
  readonly requestId?: unknown
  /** Adds to the context that the request is handled in. */
  mark?(context: Context): Context
}

/**
 * Begins a request: one server span, unless another tracer's is active already, and the context that carries it.
 * Follows the HTTP semantic conventions 1.44, "HTTP server span".
 */
export const openRequest = (
  telemetry: Telemetry,
  request: Request,
  given: Given,
  current: Context,
): RequestScope => {
  const { env, executionCtx, requestId } = given
  const active = given.mark ? given.mark(current) : current
  const { config, httpMetrics } = telemetry
  const { requestIdHeader, knownMethods } = config.http
  const { headers, method: original } = request
  const method = knownMethods.has(original) ? original : '_OTHER'
  const url = parseUrl(request.url)
  const isIgnored = config.http.ignore?.(request) === true
  const foreign = isIgnored
    ? trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    : foreignServerSpan(active)
  const inbound: InboundTrace = isIgnored
    ? { parent: suppressTracing(active) }
    : foreign
      ? { parent: active }
      : readInbound(telemetry, request, active)
  const startedMs = performance.now()
  const span =
    foreign ?? startServerSpan(telemetry, request, executionCtx, method, url, inbound, startedMs)
  const context = isIgnored ? inbound.parent : trace.setSpan(inbound.parent, span)
  const waiter = givenWaiter(executionCtx, env)
  const scope: RequestScope = {
    telemetry,
    span,
    ownsSpan: !foreign,
    isIgnored,
    context,
    request,
    method,
    url,
    startedMs,
    isLate: false,
    waiter,
    executionCtx,
    env,
    gave: 0,
    handling: undefined,
    inner: undefined,
    settle: keepAlive(telemetry, waiter, env, span.isRecording()),
    requestId: requestIdHeader
      ? typeof requestId === 'string'
        ? requestId
        : requestIdFrom(headers.get(requestIdHeader))
      : undefined,
    route: undefined,
    isProbe: isIgnored,
    fields: undefined,
    error: undefined,
  }
  scope.context = withScope(context, scope)
  if (httpMetrics && !isIgnored) {
    closingOf(() => httpMetrics.serverStarted(method, url.scheme, 1))
  }
  return scope
}

/**
 * A server span that somebody else started for this same request, perhaps by our tracer: it is enriched, not doubled.
 * One that has a scope is that of what this one is made in.
 */
const foreignServerSpan = (context: Context): Span | undefined => {
  const span = trace.getSpan(context)
  const kind = (span as { kind?: SpanKind } | undefined)?.kind
  return span?.isRecording() &&
    span !== currentScope(context)?.span &&
    (kind === undefined || kind === KIND_SERVER)
    ? span
    : undefined
}

const startServerSpan = (
  telemetry: Telemetry,
  request: Request,
  executionCtx: unknown,
  method: string,
  url: UrlParts,
  { parent, links }: InboundTrace,
  startTime: number,
): Span => {
  const { http } = telemetry.config
  const { headers } = request
  const attributes: Attributes = {
    [ATTR.requestMethod]: method,
    [ATTR.urlScheme]: url.scheme,
    [ATTR.urlPath]: url.path,
    [ATTR.serverAddress]: url.address,
  }
  if (url.port !== undefined) {
    attributes[ATTR.serverPort] = url.port
  }
  if (url.query) {
    attributes[ATTR.urlQuery] = redactQuery(url.query, http) || undefined
  }
  if (method === '_OTHER') {
    attributes[ATTR.requestMethodOriginal] = request.method
  }
  if (http.userAgent) {
    attributes[ATTR.userAgent] = headers.get('user-agent') ?? undefined
  }
  if (http.clientAddress) {
    attributes[ATTR.clientAddress] = headers.get('cf-connecting-ip') ?? undefined
  }
  if (http.cf) {
    Object.assign(
      attributes,
      guard(() => atOnce(http.cf?.(request))),
    )
  }
  captureHeaders(attributes, 'http.request.header.', headers, http.requestHeaders)
  return startSpan(
    telemetry,
    executionCtx,
    spanName(method),
    { kind: KIND_SERVER, attributes, startTime, ...(links && { links }) },
    parent,
  )
}
