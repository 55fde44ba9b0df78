export type {
  BatchOptions,
  HttpOptions,
  ObservabilityOptions,
  OtlpOptions,
  SamplerName,
  ServiceOptions,
  SignalOptions,
  SpanLimitOptions,
  TailOptions,
  TracesOptions,
} from './config/options.ts'
export { type ExporterState, exporterState, type SignalState } from './exporter-state.ts'
export { restoreGlobalFetch } from './http/global-fetch.ts'
export { instrument } from './instrument.ts'
export { type ObservabilityVariables, observability } from './middleware.ts'
export type { ReadableSpan, SpanProcessor } from './traces/readable-span.ts'
export { withSpan } from './traces/with-span.ts'
