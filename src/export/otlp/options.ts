import {
  callable,
  count,
  delay,
  having,
  headerName,
  headerValue,
  httpUrl,
} from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import { defaultsOf, fieldsOf, type OptionTable, type Resolved } from '../../base/options.ts'
import { group, groupOrFalse, groupsOrFalse, recordOf, type Schema } from '../../base/schema.ts'
import type { Spill } from '../pipeline/spill.ts'
import { type Compression, compression, protocol } from './encoding.ts'
import type { OtlpProtocol } from './protocol.ts'

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
export type BatchConfig = Resolved<
  BatchOptions,
  'maxBatchSize' | 'maxQueueBytes' | 'maxLingerMs' | 'delayMs' | 'maxSubrequests'
>

const batch: OptionTable<BatchOptions> = {
  maxBatchSize: { of: count, variable: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', default: 512 },
  maxQueueSize: { of: count, variable: 'OTEL_BSP_MAX_QUEUE_SIZE' },
  maxQueueBytes: { of: count, default: 16_777_216 },
  maxLingerMs: { of: delay, default: 1000 },
  delayMs: { of: delay, variable: 'OTEL_BSP_SCHEDULE_DELAY', default: 5000 },
  maxSubrequests: { of: count, default: 30 },
}

/** What the variables say is put together in `destination.ts`, from those of all signals and of each. */
const table = (): OptionTable<OtlpOptions> => {
  const headers = {
    of: recordOf(headerName, headerValue),
    variable: 'OTEL_EXPORTER_OTLP_HEADERS',
  }
  const each = {
    timeoutMs: { of: count, variable: 'OTEL_EXPORTER_OTLP_TIMEOUT', default: 10_000 },
    protocol: { of: protocol, variable: 'OTEL_EXPORTER_OTLP_PROTOCOL' },
    compression: { of: compression, variable: 'OTEL_EXPORTER_OTLP_COMPRESSION' },
  }
  const signal = {
    of: groupOrFalse<SignalOptions>(
      fieldsOf<SignalOptions>({ url: { of: httpUrl }, headers, ...each }),
    ),
  }
  return {
    endpoint: {
      of: httpUrl,
      variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      default: 'http://localhost:4318',
    },
    headers,
    ...each,
    maxAttempts: { of: count, default: 12 },
    fetch: { of: callable() },
    spill: { of: having<Spill>('open') },
    traces: signal,
    metrics: signal,
    logs: signal,
    batch: { of: group<BatchOptions>(fieldsOf(batch)) },
  }
}

export const otlpSchema = (): Schema<OtlpOptions | (OtlpOptions | false)[] | false> =>
  groupsOrFalse<OtlpOptions>(fieldsOf(table()))

/** @param destinations How many share the requests that one invocation may make. */
export const resolveBatch = (
  options: BatchOptions | undefined,
  environment: Environment,
  destinations: number,
): BatchConfig => {
  const defaults = defaultsOf<BatchOptions, keyof BatchOptions>(batch, environment)
  const resolved = merge<BatchConfig>(
    { ...defaults, maxSubrequests: Math.ceil(defaults.maxSubrequests / destinations) },
    options,
  )
  // A batch larger than the queue would never fill.
  const { maxBatchSize, maxQueueSize = maxBatchSize } = resolved
  return merge(resolved, { maxBatchSize: Math.min(maxBatchSize, maxQueueSize) })
}
