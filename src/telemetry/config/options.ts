import type { Attributes, Sampler, TextMapPropagator } from '@opentelemetry/api'
import type { BindingsInstrumentation } from '../../bindings/types.ts'
import type { OtlpProtocol } from '../../export/otlp/protocol.ts'
import type { Spill } from '../../export/pipeline/spill.ts'
import type { Classifier } from '../../logs/classify.ts'
import type { ConsoleForm } from '../../logs/console.ts'
import type { RedactOptions } from '../../logs/redact.ts'
import type { View } from '../../metrics/stream.ts'
import type { TemporalityPreference } from '../../metrics/temporality.ts'
import type { IdGenerator } from '../../traces/ids.ts'
import type { ReadableSpan, SpanProcessor } from '../../traces/readable-span.ts'

/** Who emits the telemetry. Each field becomes a resource attribute. */
export interface ServiceOptions {
  /** `service.name`. Default: `OTEL_SERVICE_NAME`, then `unknown_service`. */
  name?: string
  /** `service.version`. */
  version?: string
  /** `service.namespace`. */
  namespace?: string
  /** `deployment.environment.name`, for example `production`. */
  environment?: string
}

/** How export requests are compressed. */
export type Compression = 'gzip' | 'none'

/** Where one signal goes, when it differs from the base endpoint. */
export interface SignalOptions {
  /** Full URL, used as it is (no `v1/…` is appended). */
  url?: string
  /** Sent with this signal's requests, in addition to and before the common headers. */
  headers?: Record<string, string>
  /** Time limit for one export request, in milliseconds. */
  timeoutMs?: number
  /** How this signal is encoded: `protobuf` from `hono-observability/protobuf`, or `http/json`. */
  protocol?: OtlpProtocol | 'http/json'
  /** Whether this signal's larger requests are compressed. */
  compression?: Compression
}

/** When the buffer is sent, and how much it may hold. */
export interface BatchOptions {
  /** Most records in one export request. Default 512. */
  maxBatchSize?: number
  /** Most records waiting per signal; the newest beyond it are dropped and counted. Default 8192 on Workers, 2048 elsewhere. */
  maxQueueSize?: number
  /** Most bytes (estimated) waiting per signal. Default 16 MiB. */
  maxQueueBytes?: number
  /** Longest time records wait for company on Workers, in milliseconds. Default 1000. */
  maxLingerMs?: number
  /** Time between exports where timers outlive a request (Deno, Bun, Node), in milliseconds. Default 5000. */
  delayMs?: number
  /**
   * Most export requests one incoming request makes on Workers, whose free plan allows 50 subrequests. Default 30,
   * shared by the destinations.
   */
  maxSubrequests?: number
}

/** The OTLP/HTTP destination. */
export interface OtlpOptions {
  /** Base URL; `v1/traces`, `v1/metrics` and `v1/logs` are appended. Default `http://localhost:4318`. */
  endpoint?: string
  /** Sent with every export request. Values never appear in a message, span or log. */
  headers?: Record<string, string>
  /** Time limit for one export request, in milliseconds. Default 10000. */
  timeoutMs?: number
  /**
   * How requests are encoded: `protobuf` from `hono-observability/protobuf`, unless
   * `OTEL_EXPORTER_OTLP_PROTOCOL` says `http/json`. Default `http/json`.
   */
  protocol?: OtlpProtocol | 'http/json'
  /** `gzip` compresses requests that take more than a packet (1400 bytes), where the runtime can. Default `none`. */
  compression?: Compression
  /** Most attempts to deliver one batch, the first included; with the pauses between them, 12 outlast a minute. Default 12. */
  maxAttempts?: number
  /**
   * Used instead of the global `fetch`. `env` is the bindings of the Worker, so that a service binding, an mTLS
   * certificate or a VPC service can be used: `(url, init, env: Env) => env.COLLECTOR.fetch(url, init)`. Undefined
   * where there are no bindings.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a parameter typed `Env` must fit.
  fetch?: (url: string, init: RequestInit, env?: any) => Promise<Response>
  /**
   * Where spans and log records are kept while the receiver is away for long, so that they outlive the isolate:
   * `spillToR2()` and others from `hono-observability/spill`. Default none.
   */
  spill?: Spill
  /** Where this signal goes instead. `false` does not export it (processors still run). */
  traces?: SignalOptions | false
  metrics?: SignalOptions | false
  logs?: SignalOptions | false
  batch?: BatchOptions
}

/** Caps on what one span may hold. What exceeds them is dropped, and the drop is counted on the span. */
export interface SpanLimitOptions {
  /** Attributes per span, event and link. Default 128. */
  attributeCount?: number
  /** Characters per string value. Default 16384. */
  attributeValueLength?: number
  /** Events per span. Default 128. */
  eventCount?: number
  /** Links per span. Default 128. */
  linkCount?: number
}

/**
 * Which finished traces are kept, decided when the request ends. A trace is kept if the sampler or any of these
 * says so; without a sampler and a ratio, only if one of these does or its caller sampled it.
 */
export interface TailOptions {
  /** Keep traces in which any span has status ERROR. Default true. */
  errors?: boolean
  /** Keep traces whose request took at least this many milliseconds. */
  slowMs?: number
  /** Keep traces this returns true for. Receives the finished request span. A throw counts as false. */
  keep?: (span: ReadableSpan) => boolean
}

/** Names of the specification's built-in samplers. */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio'

/** What is recorded of requests, and of your own spans. */
export interface TracesOptions {
  /** A built-in sampler by name, or any OpenTelemetry `Sampler`. Default `parentbased_always_on`. */
  sampler?: SamplerName | Sampler
  /** Share of new traces to record, from 0 to 1. Alone, it means `parentbased_traceidratio`. */
  ratio?: number
  /** Adds a decision at the end of the request to the sampler's at its start. */
  tail?: TailOptions
  limits?: SpanLimitOptions
  /** OpenTelemetry span processors, called beside the built-in export. */
  processors?: SpanProcessor[]
  /** Makes the ids of traces and spans. Default: random. An id that is not legal is replaced by a random one. */
  idGenerator?: IdGenerator
  /** Replaces the W3C trace-context and baggage propagators. */
  propagator?: TextMapPropagator
  /** Patch the global `fetch` so that outgoing requests are client spans and carry `traceparent`. Default false. */
  fetch?: boolean
  /**
   * Which requests of the patched `fetch` carry the trace. `'all'`: `traceparent` goes everywhere, but of `tracestate`
   * only what this service wrote, since the rest is the caller's. A list of origins (`https://api.example.com`), of
   * patterns (`https://*.example.com`, `https://example.com/v1/*`, `*` for every URL) and of regular expressions on the
   * URL without its query, or a function that returns `true` for a URL (a throw counts as `false`): both headers go
   * there whole, and neither anywhere else. Bindings always get both. Default `'all'`.
   */
  propagateTo?: 'all' | (string | RegExp)[] | ((url: URL) => boolean)
  /** Origins (`https://api.example.com`) that outgoing baggage may be sent to; `*` means all. Default none. */
  baggageOrigins?: string[]
  /** Add `Server-Timing: traceparent;desc="…"` to responses. Default false. */
  serverTiming?: boolean
  /** Record exceptions as span events. Default true, unless logs are exported: there they are records of their own. */
  exceptionEvents?: boolean
}

/** Which metrics there are, and in what form they leave. */
export interface MetricsOptions {
  /**
   * `delta`: each request carries what was added since the last. `cumulative`: running totals. `lowmemory`: deltas,
   * but totals where a delta would cost memory. `aggregator`: deltas to a Durable Object that makes exact totals of
   * all isolates'. Default `delta` on Workers, `cumulative` elsewhere.
   */
  temporality?: TemporalityPreference
  /** Name of the Durable Object binding that `aggregator` pushes to. Default `METRICS`. */
  binding?: string
  /** Name of the aggregator's shard. Default: the continent's, `request.cf.continent`. */
  shard?: string
  /**
   * Time between exports, in milliseconds. Default 60000; with the aggregator 10000, and never held longer
   * than 20 s; otherwise on Workers, metrics leave with every batch of spans.
   */
  intervalMs?: number
  /** Changes to what is reported, made by `view()`. */
  views?: View[]
  /** Most attribute sets of one metric; what exceeds them is summed up under `otel.metric.overflow`. Default 2000. */
  cardinalityLimit?: number
  /** Which measurements may carry the trace they belong to. Default `trace_based`: those in sampled traces. */
  exemplars?: 'trace_based' | 'always_on' | 'always_off'
  /** Record `http.server.active_requests`. Default false. */
  activeRequests?: boolean
  /** Record the sizes of request and response bodies that have a `Content-Length`. Default false. */
  bodySizes?: boolean
}

/** What is logged, and where it goes. */
export interface LogsOptions {
  /** Lowest level that is written: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `all` or `off`. Default `info`. */
  level?: string
  /** Levels of loggers by name, `{ db: 'debug', 'http.*': 'warn' }`. */
  levels?: Record<string, string>
  /**
   * Lines on the console: `string` for one line of JSON, `object` for the same as an object, a function such as
   * `pretty` for a form of your own, `false` for none. Default `string`.
   */
  console?: ConsoleForm | false
  /** One line for each request when it ends. Default true. */
  access?: boolean
  /** Share of access lines of successful, fast requests that is kept, from 0 to 1. Default 1. */
  accessRatio?: number
  /** Requests from this many milliseconds on are marked slow. Default 300. */
  slowThresholdMs?: number
  /** What must not be logged, beside what is known by name or looks. `false` turns redaction off. */
  redact?: RedactOptions | false
  /** Export records by OTLP too. Default: whether `OTEL_LOGS_EXPORTER` is `otlp`. */
  otlp?: boolean
  /** Turn calls of `console.*` into records. Patches the global console. Default false. */
  captureConsole?: boolean
  /** Response header that carries the `error.id` of a 5xx. Default none. */
  errorIdHeader?: string
  /** Longest line, in bytes. Default 131072, where Cloudflare cuts. At least 4096. */
  maxLineBytes?: number
  /** Classes errors in addition to the built-in classifier, which is asked when this returns undefined. */
  classify?: Classifier
}

/** What is recorded of HTTP requests. Private by default. */
export interface HttpOptions {
  /** How much of the query string is recorded: `off`, `keys` (every value REDACTED), or `values` (known secrets REDACTED). Default `keys`. */
  query?: 'off' | 'keys' | 'values'
  /** Names of query parameters whose values are REDACTED under `values`, added to the built-in list. */
  redactQuery?: string[]
  /** Request headers recorded as `http.request.header.<name>`. Default none. */
  requestHeaders?: string[]
  /** Response headers recorded as `http.response.header.<name>`. Default none. */
  responseHeaders?: string[]
  /** Record `user_agent.original`. Default false. */
  userAgent?: boolean
  /** Record `client.address`, from the platform's header. Default false. */
  clientAddress?: boolean
  /** Methods with a name of their own; others are `_OTHER`. Default RFC 9110, PATCH and QUERY. */
  knownMethods?: string[]
  /** Header that a request id is accepted from and echoed in. `false` turns request ids off. Default `X-Request-ID`. */
  requestIdHeader?: string | false
  /**
   * Which requests end with their response's body rather than at its headers. `auto`: those whose body JavaScript
   * streams, which needs no change of the response. `false`: none. Or those that this returns `true` for; their bodies
   * are read through a stream of ours, also those that the runtime made, which then have no known length. A throw
   * counts as `false`. Default `auto`.
   */
  observeBody?: 'auto' | false | ((response: Response, request: Request) => boolean)
  /** Longest time that nothing of a streamed body comes before its span ends without it, in milliseconds. Default 25000. */
  streamTimeoutMs?: number
  /**
   * Whose `traceparent`, `tracestate` and `baggage` are believed: everybody's (`true`), nobody's (`false`), those of
   * requests that arrive at one of these origins, or those this returns `true` for; a throw counts as `false`. A request
   * that is not believed starts a new trace with a link to the caller's. Default true.
   */
  trustInbound?: boolean | string[] | ((request: Request) => boolean)
}

/** All settings. Every field is optional; environment variables fill what code leaves out. */
export interface ObservabilityOptions {
  service?: ServiceOptions
  /** Further resource attributes. */
  resource?: Attributes
  /**
   * The destination, or several: each gets everything, and `false` among
   * them is left out. `false` exports nothing (processors still run).
   */
  otlp?: OtlpOptions | (OtlpOptions | false)[] | false
  /** `false` records no spans; context still propagates. */
  traces?: TracesOptions | false
  /** `false` records and exports no metrics. */
  metrics?: MetricsOptions | false
  /** Spans and metrics of KV, D1, R2 and other bindings: `bindings()` from `hono-observability/bindings`. Default none. */
  bindings?: BindingsInstrumentation
  /** `false` logs nothing. */
  logs?: LogsOptions | false
  http?: HttpOptions
  /**
   * Who makes the spans on Cloudflare Workers, where `[observability.traces]` is on: the platform (`'on'`), it for the
   * requests that it traces (`'auto'`), or this package (`'off'`). Spans that the platform makes are enriched, and not
   * exported by this package. Default `'off'`.
   */
  native?: 'off' | 'on' | 'auto'
  /** `OTEL_SDK_DISABLED`'s equivalent: nothing is recorded, context still propagates. */
  disabled?: boolean
}
