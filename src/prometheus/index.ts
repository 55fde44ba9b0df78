export type { ResourceMetrics } from '../aggregator/protocol.ts'
export type { PrometheusFormat } from './format.ts'
export { renderPrometheus } from './render.ts'
export { type PrometheusContext, type PrometheusOptions, prometheusRoute } from './route.ts'
