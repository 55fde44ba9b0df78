export { MetricsAggregator } from '../aggregator/metrics-aggregator.ts'
export type { AggregatorOptions } from '../aggregator/options.ts'
export {
  AggregatorSender,
  type AggregatorSenderOptions,
  type PushReport,
} from '../export/aggregator/client.ts'
export type {
  AggregatorAck,
  AggregatorPush,
  Refusal,
  RefusalReason,
  ResourceMetrics,
  ShardSnapshot,
} from '../export/aggregator/protocol.ts'
export { aggregatorShard } from '../export/aggregator/shard.ts'
