import type { Attributes } from '@opentelemetry/api'
import type { Destination } from '../../export/otlp/options.ts'
import type { BatchConfig } from '../../export/pipeline/batch-options.ts'
import type { LogsConfig } from '../../logs/options.ts'
import type { MetricsConfig } from '../../metrics/options.ts'
import type { TracesConfig } from '../../traces/options.ts'
import type { UsageInstrumentation } from '../usage.ts'
import type { HttpConfig } from './http.ts'

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
  /** What counts the use of resources, if anything does. */
  usage: UsageInstrumentation | undefined
  /** Undefined when spans are ours, or there are none. */
  native: 'on' | 'auto' | undefined
  /** From `HONO_OBSERVABILITY_SECRET`: the first signs what is stored or sent on, all are accepted. */
  secrets: readonly string[]
  /** What signs trace contexts in messages: the same, or else made of a destination's credentials. May be none. */
  sealing: readonly string[]
}
