import {
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Config } from '../config/config.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { injectHeaders } from '../context/headers.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import { ATTR } from '../semconv.ts'
import { recordFailure } from '../traces/failure.ts'
import { parseUrl, redactUrl } from './url.ts'

/** What outgoing requests need to know. */
export interface ClientTelemetry {
  readonly config: Config
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
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
    const { method, url, headers } = target
    const span = startClientSpan(telemetry, method, url, parent)
    const context = trace.setSpan(parent, span)
    if (!headers.has('traceparent')) {
      injectHeaders(
        telemetry.propagator,
        context,
        headers,
        mayReceiveBaggage(telemetry.config, url),
      )
    }
    try {
      const response = await runWithContext(context, () => native(input, { ...init, headers }))
      span.setAttribute(ATTR.statusCode, response.status)
      if (response.status >= 400) {
        span.setAttribute(ATTR.errorType, String(response.status))
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      return response
    } catch (error) {
      recordClientError(span, error, init?.signal ?? signalOf(input))
      throw error
    } finally {
      span.end()
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

const startClientSpan = (
  { config, tracer }: ClientTelemetry,
  method: string,
  url: string,
  parent: Context,
): Span => {
  const known = config.http.knownMethods.has(method)
  const parts = parseUrl(url)
  return tracer.startSpan(
    known ? method : 'HTTP',
    {
      kind: SpanKind.CLIENT,
      attributes: {
        [ATTR.requestMethod]: known ? method : '_OTHER',
        [ATTR.requestMethodOriginal]: known ? undefined : method,
        [ATTR.urlFull]: redactUrl(parts, config.http),
        [ATTR.serverAddress]: parts.address,
        [ATTR.serverPort]: parts.port ?? (parts.scheme === 'https' ? 443 : 80),
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
const recordClientError = (
  span: Span,
  error: unknown,
  signal: AbortSignal | null | undefined,
): void => {
  const reason = signal?.aborted ? (signal.reason as { name?: unknown } | undefined) : undefined
  if (reason === undefined || reason?.name === 'TimeoutError') {
    recordFailure(span, error)
  }
}
