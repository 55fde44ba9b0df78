export { type SharedTraceConfig, traceConfig } from './trace-config.ts'
