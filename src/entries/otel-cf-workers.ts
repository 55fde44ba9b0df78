export { type SharedTraceConfig, traceConfig } from '../interop/otel-cf-workers/trace-config.ts'
