import type { Attributes } from '@opentelemetry/api'
import { attribute, flag, having, oneOf, text } from '../../base/checks.ts'
import { fieldsOf, type OptionTable } from '../../base/options.ts'
import { group, recordOf, type Schema } from '../../base/schema.ts'
import { type OtlpOptions, otlpSchema } from '../../export/otlp/options.ts'
import { type LogsOptions, logsSchema } from '../../logs/options.ts'
import { type MetricsOptions, metricsSchema } from '../../metrics/options.ts'
import { type TracesOptions, tracesSchema } from '../../traces/options.ts'
import type { UsageInstrumentation } from '../usage.ts'
import { type HttpOptions, httpSchema } from './http.ts'
import { type ServiceOptions, serviceSchema } from './service.ts'

/** What the middleware and `instrument` need of `bindings()`; they import only this type. */
export interface BindingsInstrumentation {
  /** The environment with its bindings wrapped: the same object for the same `env`. Never throws. */
  wrap<Env>(env: Env): Env
  /** What counts the use of resources: `usage()` from `hono-observability/usage`, if it was handed in. */
  readonly usage?: UsageInstrumentation | undefined
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
  /** `false` records no spans; context still propagates. `true`, as for the next two: as without it. */
  traces?: TracesOptions | boolean
  /** `false` records and exports no metrics. */
  metrics?: MetricsOptions | boolean
  /** Spans and metrics of KV, D1, R2 and other bindings: `bindings()` from `hono-observability/bindings`. Default none. */
  bindings?: BindingsInstrumentation
  /** `false` logs nothing. */
  logs?: LogsOptions | boolean
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

export const optionsTable = (): OptionTable<ObservabilityOptions> => ({
  service: { of: serviceSchema() },
  resource: { of: recordOf(text, attribute) },
  otlp: { of: otlpSchema() },
  traces: { of: tracesSchema() },
  metrics: { of: metricsSchema() },
  bindings: { of: having<BindingsInstrumentation>('wrap') },
  logs: { of: logsSchema() },
  http: { of: httpSchema() },
  native: { of: oneOf('off', 'on', 'auto'), default: 'off' },
  disabled: { of: flag, variable: 'OTEL_SDK_DISABLED', default: false },
})

/** The schema of all options. Built when asked for, because Workers limit start-up time. */
export const optionsSchema = (): Schema<ObservabilityOptions> =>
  group<ObservabilityOptions>(fieldsOf(optionsTable()))
