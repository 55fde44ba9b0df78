import { Aggregate } from './aggregate.ts'
import {
  type AggregatorNamespace,
  aggregatorObject,
  REGISTRY,
  type ResourceMetrics,
  type ShardSnapshot,
} from './protocol.ts'

/**
 * The totals of all shards added up, under the `service.instance.id` `aggregator`.
 *
 * @throws when a shard does not answer, twice: a sum without it would look like a reset of every counter.
 */
export const readAggregator = async (
  namespace: AggregatorNamespace,
  nowMs: number,
): Promise<ResourceMetrics[]> => {
  const names = await twice(() => aggregatorObject(namespace, REGISTRY).shards())
  return mergeShards(
    await Promise.all(
      names.map((name) => twice(() => aggregatorObject(namespace, name).snapshot())),
    ),
    nowMs,
  )
}

/** Adds snapshots up. */
export const mergeShards = (
  snapshots: readonly ShardSnapshot[],
  nowMs: number,
): ResourceMetrics[] => {
  const total = new Aggregate({ cardinalityLimit: Infinity, maxSeries: Infinity })
  for (const { resources } of snapshots) {
    for (const { resource, startMs, metrics } of resources) {
      const job = total.join({ ...resource, 'service.instance.id': 'aggregator' }, startMs)
      for (const metric of metrics) {
        const reason = total.add(job, metric, nowMs)
        if (reason) {
          // Shards that first saw different versions of a metric.
          const attributes = { metric: metric.name, 'error.type': reason }
          total.count(job, 'refused_points', attributes, metric.points.length, nowMs)
        }
      }
    }
  }
  const maxIdleMs = Math.max(...snapshots.map((snapshot) => snapshot.maxIdleMs))
  return total.collect(nowMs - maxIdleMs)
}

const twice = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch {
    return attempt()
  }
}
