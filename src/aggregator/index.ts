export { AggregatorSender, type AggregatorSenderOptions, type PushReport } from './client.ts'
export { MetricsAggregator } from './metrics-aggregator.ts'
export type { AggregatorOptions } from './options.ts'
export type {
  AggregatorAck,
  AggregatorPush,
  Refusal,
  RefusalReason,
  ResourceMetrics,
  ShardSnapshot,
} from './protocol.ts'
export { aggregatorShard } from './shard.ts'
