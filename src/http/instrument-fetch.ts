import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Config } from '../config/config.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { injectHeaders } from '../context/headers.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import { nativeTraceOf, outbound } from '../interop/native-tracing.ts'
import { KIND_CLIENT, STATUS_ERROR } from '../otel-enums.ts'
import * as ATTR from '../semconv.ts'
import { errorType } from '../thrown.ts'
import { recordFailure } from '../traces/failure.ts'
import type { HttpMetrics } from './http-metrics.ts'
import { spanName } from './span-name.ts'
import { parseUrl, redactUrl, type UrlParts } from './url.ts'
import { withHeaders } from './with-headers.ts'

/** What outgoing requests need to know. */
export interface ClientTelemetry {
  readonly config: Config
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
  readonly httpMetrics: HttpMetrics | undefined
}

/**
 * A `fetch` that makes a client span of each request and sends `traceparent` along, baggage only to the origins
 * that are allowed it. Bodies, signals and everything else of a request go through untouched; headers that the
 * caller set win. Follows the HTTP semantic conventions 1.44, "HTTP client span".
 */
export const instrumentFetch = (native: typeof fetch, telemetry: ClientTelemetry): typeof fetch => {
  const tracedFetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const parent = activeContext()
    const target = describe(input, init)
    // Without a request around it there is nobody to send the span: workers start up, tests run.
    if (!target || isTracingSuppressed(parent) || !trace.getSpan(parent)) {
      return native(input, init)
    }
    const { url, headers } = target
    const parts = parseUrl(url)
    const method = telemetry.config.http.knownMethods.has(target.method) ? target.method : '_OTHER'
    const span = startClientSpan(telemetry, target.method, method, parts, parent)
    const context = trace.setSpan(parent, span)
    const startedMs = performance.now()
    const measured: Attributes = {
      [ATTR.requestMethod]: method,
      [ATTR.serverAddress]: parts.address,
      [ATTR.serverPort]: portOf(parts),
    }
    if (!headers.has('traceparent')) {
      injectHeaders(
        telemetry.propagator,
        context,
        headers,
        mayReceiveBaggage(telemetry.config, url),
      )
    }
    try {
      const response = await runWithContext(context, () =>
        native(input, withHeaders(init, headers)),
      )
      measured[ATTR.statusCode] = response.status
      span.setAttribute(ATTR.statusCode, response.status)
      if (response.status >= 400) {
        measured[ATTR.errorType] = String(response.status)
        span.setAttribute(ATTR.errorType, String(response.status))
        span.setStatus({ code: STATUS_ERROR })
      }
      return response
    } catch (error) {
      if (!isIntendedAbort(init?.signal ?? signalOf(input))) {
        measured[ATTR.errorType] = errorType(error, '_OTHER')
        recordFailure(span, error)
      }
      throw error
    } finally {
      span.end()
      telemetry.httpMetrics?.clientEnded(measured, performance.now() - startedMs, context)
    }
  }
  return tracedFetch
}

/** Undefined for what is not HTTP, or not a request at all: `fetch` will say so itself. */
const describe = (
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): { method: string; url: string; headers: Headers } | undefined => {
  try {
    const request = input instanceof Request ? input : undefined
    const url = request ? request.url : new URL(input as string).href
    if (!url.startsWith('http')) {
      return undefined
    }
    return {
      url,
      method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
      headers: new Headers(init?.headers ?? request?.headers),
    }
  } catch {
    return undefined
  }
}

const portOf = ({ port, scheme }: UrlParts): number => port ?? (scheme === 'https' ? 443 : 80)

const startClientSpan = (
  { config, tracer }: ClientTelemetry,
  originalMethod: string,
  method: string,
  url: UrlParts,
  parent: Context,
): Span => {
  const active = trace.getSpan(parent)
  return nativeTraceOf(active)
    ? trace.wrapSpanContext(outbound(active) as SpanContext)
    : tracer.startSpan(
        spanName(method),
        {
          kind: KIND_CLIENT,
          attributes: {
            [ATTR.requestMethod]: method,
            [ATTR.requestMethodOriginal]: method === '_OTHER' ? originalMethod : undefined,
            [ATTR.urlFull]: redactUrl(url, config.http),
            [ATTR.serverAddress]: url.address,
            [ATTR.serverPort]: portOf(url),
          },
        },
        parent,
      )
}

const mayReceiveBaggage = ({ traces }: Config, url: string): boolean =>
  traces.baggageOrigins.some((origin) => origin === '*' || new URL(url).origin === origin)

const signalOf = (input: RequestInfo | URL): AbortSignal | undefined =>
  input instanceof Request ? input.signal : undefined

/** The caller's own abort is not a failure of the request. A time-out is. */
const isIntendedAbort = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true &&
  (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError'
