export { hostResource } from '../process/host-resource.ts'
export { processMetrics } from '../process/process-metrics.ts'
