export { hostResource } from './host-resource.ts'
export { processMetrics } from './process-metrics.ts'
