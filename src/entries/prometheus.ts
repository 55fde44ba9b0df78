export type { ResourceMetrics } from '../export/aggregator/protocol.ts'
export type { PrometheusFormat } from '../prometheus/format.ts'
export { renderPrometheus } from '../prometheus/render.ts'
export {
  type PrometheusContext,
  type PrometheusOptions,
  prometheusRoute,
} from '../prometheus/route.ts'
