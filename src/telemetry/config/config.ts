import type { Attributes, Sampler, TextMapPropagator } from '@opentelemetry/api'
import type { OtlpProtocol } from '../../export/otlp/protocol.ts'
import type { Spill } from '../../export/pipeline/spill.ts'
import type { Classifier } from '../../logs/classify.ts'
import type { ConsoleForm } from '../../logs/console.ts'
import type { RedactOptions } from '../../logs/redact.ts'
import type { View } from '../../metrics/stream.ts'
import type { TemporalityPreference } from '../../metrics/temporality.ts'
import type { IdGenerator } from '../../traces/ids.ts'
import type { SpanProcessor } from '../../traces/readable-span.ts'
import type { Compression, OtlpOptions, SamplerName, TailOptions } from './options.ts'

export type SignalName = 'traces' | 'metrics' | 'logs'

/** Where one signal's export requests go. */
export interface SignalDestination {
  url: string
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  /** Undefined means JSON. */
  protocol: OtlpProtocol | undefined
  compression: Compression
}

/** `false` for a signal that is not exported, as by `OTEL_TRACES_EXPORTER=none`. */
export interface OtlpConfig {
  traces: SignalDestination | false
  metrics: SignalDestination | false
  logs: SignalDestination | false
  maxAttempts: number
  fetch: OtlpOptions['fetch']
  spill: Spill | undefined
}

/** One of the receivers of everything. */
export interface Destination extends OtlpConfig {
  batch: BatchConfig
}

/** Unset means "the default of the runtime", which the pipeline knows. */
export interface BatchConfig {
  maxBatchSize: number
  maxQueueSize: number | undefined
  maxQueueBytes: number
  maxLingerMs: number
  delayMs: number
  maxSubrequests: number
}

export interface SpanLimits {
  attributeCount: number
  attributeValueLength: number
  eventCount: number
  linkCount: number
}

export interface TracesConfig {
  enabled: boolean
  /** A name, with `ratio` for those that take one; or the user's own. */
  sampler: SamplerName | Sampler
  ratio: number
  tail: TailOptions | undefined
  limits: SpanLimits
  processors: readonly SpanProcessor[]
  idGenerator: IdGenerator | undefined
  propagator: TextMapPropagator | undefined
  /** From `OTEL_PROPAGATORS`; ignored when `propagator` is set. */
  propagators: readonly ('tracecontext' | 'baggage')[]
  fetch: boolean
  /** Never throws. */
  propagateTo: 'all' | ((url: URL) => boolean)
  baggageOrigins: readonly string[]
  serverTiming: boolean
  exceptionEvents: boolean
}

export interface MetricsConfig {
  temporality: TemporalityPreference
  binding: string
  shard: string | undefined
  /** Undefined: with every batch. */
  intervalMs: number | undefined
  views: readonly View[]
  cardinalityLimit: number
  exemplars: 'trace_based' | 'always_on' | 'always_off'
  activeRequests: boolean
  bodySizes: boolean
}

export interface LogsConfig {
  /** `*` is always among them. */
  levels: Readonly<Record<string, string>>
  console: ConsoleForm | false
  access: boolean
  accessRatio: number
  slowThresholdMs: number
  redact: RedactOptions | false
  otlp: boolean
  captureConsole: boolean
  errorIdHeader: string | undefined
  maxLineBytes: number
  classify: Classifier | undefined
}

export interface HttpConfig {
  query: 'off' | 'keys' | 'values'
  /** Lower case. */
  redactQuery: ReadonlySet<string>
  /** Lower case. */
  requestHeaders: readonly string[]
  /** Lower case. */
  responseHeaders: readonly string[]
  userAgent: boolean
  clientAddress: boolean
  knownMethods: ReadonlySet<string>
  requestIdHeader: string | false
  observeBody: 'auto' | false | ((response: Response, request: Request) => boolean)
  streamTimeoutMs: number
  trustInbound: boolean | readonly string[] | ((request: Request) => boolean)
}

/** Options and environment, merged and validated once. Frozen. */
export interface Config {
  disabled: boolean
  /** Resource attributes known from options and environment, `service.name` always among them. */
  resource: Attributes
  /** None when nothing is exported by OTLP. */
  otlp: readonly Destination[]
  /** The first destination's, or what it would be. */
  batch: BatchConfig
  traces: TracesConfig
  metrics: MetricsConfig | false
  logs: LogsConfig | false
  http: HttpConfig
  /** Undefined when spans are ours, or there are none. */
  native: 'on' | 'auto' | undefined
  /** From `HONO_OBSERVABILITY_SECRET`: the first signs what is stored or sent on, all are accepted. */
  secrets: readonly string[]
  /** What signs trace contexts in messages: the same, or else made of a destination's credentials. May be none. */
  sealing: readonly string[]
}
