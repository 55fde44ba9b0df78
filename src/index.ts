export { type DurableObjectSettings, instrumentDurableObject } from './classes/durable-object.ts'
export { instrumentEntrypoint } from './classes/entrypoint.ts'
export type { PropagateSettings } from './classes/propagate.ts'
export { instrumentWorkflow, type WorkflowSettings } from './classes/workflow.ts'
export { restoreGlobalFetch } from './http/global-fetch.ts'
export { type InstrumentSettings, instrument } from './instrument.ts'
export { type FlushOptions, forceFlush, shutdown } from './invocation/shutdown.ts'
export type { Classifier, ErrorClass } from './logs/classify.ts'
export type { LevelName } from './logs/levels.ts'
export type { LazyFields, Logger, LogMethod } from './logs/logger.ts'
export { pretty } from './logs/pretty-line.ts'
export type { LogFields } from './logs/record.ts'
export { EMAIL, type RedactOptions } from './logs/redact.ts'
export type { MetricData } from './metrics/data.ts'
export { counter, gauge, histogram, upDownCounter } from './metrics/define.ts'
export { explicitHistogram } from './metrics/explicit-histogram.ts'
export { exponentialHistogram } from './metrics/exponential-histogram.ts'
export { lastValue } from './metrics/last-value.ts'
export { sum } from './metrics/sum.ts'
export { type ViewOptions, view } from './metrics/view.ts'
export { type ObservabilityVariables, observability } from './middleware.ts'
export { type CollectedMetrics, collectMetrics } from './telemetry/collect-metrics.ts'
export type {
  BatchOptions,
  Compression,
  HttpOptions,
  LogsOptions,
  MetricsOptions,
  ObservabilityOptions,
  OtlpOptions,
  SamplerName,
  ServiceOptions,
  SignalOptions,
  SpanLimitOptions,
  TailOptions,
  TracesOptions,
} from './telemetry/config/options.ts'
export {
  type DestinationState,
  type ExporterState,
  exporterState,
  type SignalState,
} from './telemetry/exporter-state.ts'
export { log, setLogLevel } from './telemetry/log.ts'
export type { IdGenerator } from './traces/ids.ts'
export type { ReadableSpan, SpanProcessor } from './traces/readable-span.ts'
export { withSpan } from './traces/with-span.ts'
