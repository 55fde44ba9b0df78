import { callable, count, having, headerName, headerValue, httpUrl } from '../../base/checks.ts'
import { fieldsOf, type OptionTable } from '../../base/options.ts'
import { group, groupOrFalse, groupsOrFalse, recordOf, type Schema } from '../../base/schema.ts'
import type { Exporter, Exporters } from '../exporter.ts'
import { type BatchConfig, type BatchOptions, batchSchema } from '../pipeline/batch-options.ts'
import type { Spill } from '../pipeline/spill.ts'
import { type Compression, compression, protocol } from './encoding-option.ts'
import type { OtlpEncoding } from './otlp-encoding.ts'
import type { OtlpFetch, SignalDestination } from './signal-destination.ts'

/** Where one signal goes, when it differs from the base endpoint. */
export interface SignalOptions {
  /** Full URL, used as it is (no `v1/…` is appended). */
  url?: string
  /** Sent with this signal's requests, in addition to and before the common headers. */
  headers?: Record<string, string>
  /** Time limit for one export request, in milliseconds. */
  timeoutMs?: number
  /** How this signal is encoded: `protobuf` from `hono-observability/protobuf`, or `http/json`. */
  protocol?: OtlpEncoding | 'http/json'
  /** Whether this signal's larger requests are compressed. */
  compression?: Compression
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
  protocol?: OtlpEncoding | 'http/json'
  /** `gzip` compresses requests that take more than a packet (1400 bytes), where the runtime can. Default `none`. */
  compression?: Compression
  /** Most attempts to deliver one batch, the first included; with the pauses between them, 12 outlast a minute. Default 12. */
  maxAttempts?: number
  /**
   * Used instead of the global `fetch`. `env` is the bindings of the Worker, so that a service binding, an mTLS
   * certificate or a VPC service can be used: `(url, init, env: Env) => env.COLLECTOR.fetch(url, init)`. Undefined
   * where there are no bindings.
   */
  fetch?: OtlpFetch
  /**
   * Where spans and log records are kept while the receiver is away for long, so that they outlive the isolate:
   * `spillToR2()` and others from `hono-observability/spill`. Default none.
   */
  spill?: Spill
  /** Where this signal goes instead. `false` does not export it (processors still run). */
  traces?: SignalOptions | false
  /** The same of metrics. */
  metrics?: SignalOptions | false
  /** The same of log records. */
  logs?: SignalOptions | false
  /**
   * Takes the place of OTLP: where each signal goes instead, and the others do not go. `sdkExporters()` of
   * `hono-observability/sdk` makes them; its methods are for this package and may change in any version.
   */
  exporters?: Exporters
  batch?: BatchOptions
}

/** `false` for a signal that is not exported, as by `OTEL_TRACES_EXPORTER=none`. */
export interface OtlpConfig {
  traces: SignalDestination | false
  metrics: SignalDestination | false
  logs: SignalDestination | false
  maxAttempts: number
  fetch: OtlpFetch | undefined
  spill: Spill | undefined
  /** Instead of all of the above that says where to. */
  exporters: Exporters | undefined
}

/** One of the receivers of everything. */
export interface Destination extends OtlpConfig {
  batch: BatchConfig
}

/** Of one signal. Its variables have the signal's name in the middle: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
export const signalTable = (): OptionTable<SignalOptions> => ({
  url: { of: httpUrl },
  headers: { of: recordOf(headerName, headerValue) },
  timeoutMs: { of: count },
  protocol: { of: protocol },
  compression: { of: compression },
})

export const otlpDefaults = {
  endpoint: 'http://localhost:4318',
  timeoutMs: 10_000,
  maxAttempts: 12,
} as const

/** What the variables say is put together in `destination.ts`, from those of all signals and of each. */
export const otlpTable = (): OptionTable<OtlpOptions> => {
  const signal = groupOrFalse<SignalOptions>(fieldsOf(signalTable()))
  const exporter = having<Exporter>('seal', 'export')
  return {
    endpoint: { of: httpUrl },
    headers: { of: recordOf(headerName, headerValue) },
    timeoutMs: { of: count },
    protocol: { of: protocol },
    compression: { of: compression },
    maxAttempts: { of: count },
    fetch: { of: callable() },
    spill: { of: having<Spill>('open') },
    traces: { of: signal },
    metrics: { of: signal },
    logs: { of: signal },
    exporters: {
      of: group<Exporters>({ traces: exporter, metrics: exporter, logs: exporter }),
    },
    batch: { of: batchSchema() },
  }
}

export const otlpSchema = (): Schema<OtlpOptions | (OtlpOptions | false)[] | false> =>
  groupsOrFalse<OtlpOptions>(fieldsOf(otlpTable()))
