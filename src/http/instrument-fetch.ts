import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_CLIENT, STATUS_ERROR } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { errorType, readProperty } from '../base/thrown.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import type { Outbound } from '../context/headers.ts'
import { nativeTraceOf, outbound } from '../context/native-tracing.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import type { Config } from '../telemetry/config/config.ts'
import type { HttpMetrics } from '../telemetry/http-metrics.ts'
import { recordFailure } from '../traces/failure.ts'
import type { ModelCall } from '../traces/options.ts'
import { follow, isFollowed } from './follow.ts'
import { withTrace } from './outbound.ts'
import { spanName } from './span-name.ts'
import { parseUrl, redactUrl, type UrlParts } from './url.ts'
import { type GivenHeaders, readHeaders } from './with-headers.ts'

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
export const instrumentFetch = (
  native: typeof fetch,
  telemetryNow: () => ClientTelemetry | undefined,
): typeof fetch =>
  // Name, length and what runtimes and polyfills hang on it, such as Bun's `preconnect`, are the native one's.
  new Proxy(native, {
    apply: (_target, self, args: unknown[]) => traced(native, self, args, telemetryNow),
  })

const traced = (
  native: typeof fetch,
  self: unknown,
  args: unknown[],
  telemetryNow: () => ClientTelemetry | undefined,
): unknown => {
  const call = (given: readonly unknown[]): Promise<Response> =>
    Reflect.apply(native, self, given) as Promise<Response>
  const parent = activeContext()
  // Without a request around it there is nobody to send the span: workers start up, tests run.
  if (isTracingSuppressed(parent) || !trace.getSpan(parent)) {
    return call(args)
  }
  const telemetry = telemetryNow()
  const target = telemetry && describe(args, telemetry.config)
  const usage = target && telemetry.config.usage
  const refusal = usage && guard(() => usage.begin({ name: 'fetch', attributes: {} }, parent))
  if (refusal) {
    return Promise.reject(refusal)
  }
  const started = target && guard(() => start(telemetry, target, parent))
  return started ? observed(started, () => started.send(call)) : call(args)
}

interface Target {
  readonly args: readonly unknown[]
  readonly method: string
  readonly url: string
  readonly given: GivenHeaders
  readonly signal: AbortSignal | null | undefined
}

interface Started {
  readonly telemetry: ClientTelemetry
  readonly send: (call: (args: readonly unknown[]) => Promise<Response>) => Promise<Response>
  readonly signal: AbortSignal | null | undefined
  readonly span: Span
  readonly context: Context
  readonly startedMs: number
  readonly measured: Attributes
  readonly model: ModelCall | undefined
}

const start = (telemetry: ClientTelemetry, target: Target, within: Context): Started => {
  const { url, signal, args } = target
  const { config, propagator } = telemetry
  const model = config.traces.genai?.begin(url, target.method, args[1], within)
  const parent = model?.context ?? within
  const parts = parseUrl(url)
  const method = config.http.knownMethods.has(target.method) ? target.method : '_OTHER'
  const span = startClientSpan(telemetry, target.method, method, parts, parent)
  const context = trace.setSpan(parent, span)
  return {
    telemetry,
    send: sender(target, config, (sent, to, headers) =>
      withTrace(sent, headers, propagator, context, to),
    ),
    signal,
    span,
    context,
    startedMs: performance.now(),
    measured: {
      [ATTR.requestMethod]: method,
      [ATTR.serverAddress]: parts.address,
      [ATTR.serverPort]: portOf(parts),
    },
    model,
  }
}

const observed = async (
  { telemetry, signal, span, context, startedMs, measured, model }: Started,
  call: () => Promise<Response>,
): Promise<Response> => {
  try {
    const response = await runWithContext(context, call)
    // Whoever is in the place of the runtime's may answer with anything.
    const status = readProperty(response, 'status') as number
    measured[ATTR.statusCode] = status
    span.setAttribute(ATTR.statusCode, status)
    if (status >= 400) {
      measured[ATTR.errorType] = String(status)
      span.setAttribute(ATTR.errorType, String(status))
      span.setStatus({ code: STATUS_ERROR })
    }
    model?.answered(response)
    return response
  } catch (error) {
    model?.fail(error)
    if (!isIntendedAbort(signal)) {
      measured[ATTR.errorType] = errorType(error, '_OTHER')
      recordFailure(span, error)
    }
    throw error
  } finally {
    span.end()
    telemetry.httpMetrics?.clientEnded(measured, performance.now() - startedMs, context)
  }
}

/** Undefined for what is ignored, not HTTP, or not a request at all: `fetch` will say so itself. */
const describe = (args: readonly unknown[], { traces }: Config): Target | undefined => {
  try {
    const [given, init, ...more] = args as Parameters<typeof fetch>
    const request = given instanceof Request ? given : undefined
    // Asked for its text once, as `fetch` does.
    const input = request || given instanceof URL ? given : String(given)
    const url = request ? request.url : new URL(input as string).href
    if (!args.length || !url.startsWith('http') || traces.fetchIgnore?.(new URL(url))) {
      return undefined
    }
    return {
      args: input === given ? args : [input, init, ...more],
      url,
      method: String(init?.method ?? request?.method ?? 'GET').toUpperCase(),
      given: readHeaders(given, init),
      signal: init?.signal ?? request?.signal,
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

/** Sends a request with what its receiver may have, and after a redirect, with what that one may have. */
const sender = (
  target: Target,
  config: Config,
  withHeaders: (args: readonly unknown[], to: Outbound, given: GivenHeaders) => readonly unknown[],
): Started['send'] => {
  const { args, url, given } = target
  const to = receiverOf(config, url)
  const { propagateTo, baggageOrigins } = config.traces
  const isOnlyFor =
    (to.trace && propagateTo !== 'all') || (to.baggage && !baggageOrigins.includes('*'))
  const followed = isOnlyFor && isFollowed(args)
  if (followed !== true) {
    const told = followed ? { ...to, callersState: false, baggage: false } : to
    const sent = withHeaders(args, told, given)
    return (call) => call(sent)
  }
  return (call) =>
    follow(
      { ...target, headers: given.headers },
      (sent, href) =>
        call(
          withHeaders(
            sent,
            receiverOf(config, href),
            href === url ? given : readHeaders(sent[0], sent[1] as RequestInit),
          ),
        ),
      call,
    )
}

const receiverOf = ({ traces }: Config, href: string): Outbound => {
  const { propagateTo, baggageOrigins } = traces
  const url = new URL(href)
  const isListed = propagateTo !== 'all' && propagateTo(url)
  return {
    trace: isListed || propagateTo === 'all',
    callersState: isListed,
    baggage: baggageOrigins.some((origin) => origin === '*' || url.origin === origin),
  }
}

/** The caller's own abort is not a failure of the request. A time-out is. */
const isIntendedAbort = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true &&
  (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError'
