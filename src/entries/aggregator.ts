export { MetricsAggregator } from '../aggregator/metrics-aggregator.ts'
export type { AggregatorOptions } from '../aggregator/options.ts'
export { aggregatorShard } from '../export/aggregator/shard.ts'
