import {
  type AggregatorNamespace,
  aggregatorObject,
  REGISTRY,
  type RefusalReason,
  type ResourceMetrics,
  type ShardResource,
  type ShardSnapshot,
} from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import { Aggregate, jobOf } from './aggregate.ts'
import { groupOf, orderOf } from './family.ts'
import { ownMetric } from './own-metrics.ts'
import { ShardReader } from './shard-reader.ts'

const REFUSED = groupOf(orderOf('', ownMetric('refused_points', {}, 0, 0)))

/** Bytes of a page, and of the pages of all shards together. */
const PAGE_BYTES = 4 << 20
const ALL_PAGES_BYTES = 16 << 20

/** Totals of all shards, read as they are asked for. */
export interface Reading {
  /** The services that have totals, without these. */
  readonly resources: readonly ResourceMetrics[]
  /** Metrics by their Prometheus names: all of one name at a time. Rejects when a shard does not answer, twice. */
  readonly groups: AsyncGenerator<ResourceMetrics[]>
}

/**
 * Begins to read the totals of all shards added up, under the `service.instance.id` `aggregator`. Holds a page of
 * each shard and one metric at a time, however many there are.
 *
 * @throws when a shard does not answer, twice: a sum without it would look like a reset of every counter.
 */
export const openAggregator = async (
  namespace: AggregatorNamespace,
  nowMs: number,
): Promise<Reading> => {
  const names = await twice(() => aggregatorObject(namespace, REGISTRY).shards())
  const maxBytes = Math.max(1 << 18, Math.min(PAGE_BYTES, ALL_PAGES_BYTES / names.length))
  const shards = names.map(
    (name) =>
      new ShardReader((after) =>
        twice(() => aggregatorObject(namespace, name).snapshot({ after, maxBytes })),
      ),
  )
  await Promise.all(shards.map((shard) => shard.fetch()))
  const maxIdleMs = Math.max(0, ...shards.map((shard) => shard.maxIdleMs))
  return {
    resources: activeServices(
      shards.flatMap(({ services }) => services),
      nowMs - maxIdleMs,
    ),
    groups: readGroups(shards, maxIdleMs, nowMs),
  }
}

/** All of it at once: see `openAggregator`. */
export const readAggregator = async (
  namespace: AggregatorNamespace,
  nowMs: number,
): Promise<ResourceMetrics[]> => {
  const { resources, groups } = await openAggregator(namespace, nowMs)
  const byJob = new Map(
    resources.map(({ resource }) => [jobOf(resource), { resource, metrics: [] as MetricData[] }]),
  )
  for await (const group of groups) {
    for (const { resource, metrics } of group) {
      byJob.get(jobOf(resource))?.metrics.push(...metrics)
    }
  }
  return [...byJob.values()]
}

async function* readGroups(
  shards: readonly ShardReader[],
  maxIdleMs: number,
  nowMs: number,
): AsyncGenerator<ResourceMetrics[]> {
  const refused: Refused[] = []
  for (;;) {
    const first = shards.map(({ first }) => first).filter((group) => group !== undefined)
    if (!first.length) {
      break
    }
    const [group = ''] = first.sort()
    // A shard may have more of this name on its next page.
    const behind = shards.filter((shard) => shard.isBehind(group))
    if (behind.length) {
      await Promise.all(behind.map((shard) => shard.fetch()))
      continue
    }
    const taken = shards.map((shard) => ({ maxIdleMs, resources: shard.take(group) }))
    const isLast = group === REFUSED
    yield addUp(taken, nowMs, isLast ? refused.splice(0) : [], isLast ? [] : refused)
  }
  if (refused.length) {
    yield addUp([], nowMs, refused, [])
  }
}

/** The services that have series which are not idle, as their youngest isolates describe them. */
const activeServices = (services: readonly ShardResource[], sinceMs: number): ResourceMetrics[] => {
  const total = new Aggregate({ cardinalityLimit: Infinity, maxSeries: Infinity })
  const active = new Set<string>()
  for (const { resource, startMs, timeMs, metrics } of services) {
    const job = total.join({ ...resource, 'service.instance.id': 'aggregator' }, startMs)
    const points = (): number[] => metrics.flatMap((metric) => metric.points.map((p) => p.timeMs))
    if ((timeMs ?? points().reduce((a, b) => Math.max(a, b), 0)) >= sinceMs) {
      active.add(job)
    }
  }
  return total.services
    .filter(({ job }) => active.has(job))
    .map(({ resource }) => ({ resource, metrics: [] }))
}

/** Points that could not be added, of which the last group tells. */
interface Refused {
  readonly resource: ShardResource
  readonly metric: string
  readonly reason: RefusalReason
  readonly points: number
}

/** Adds snapshots up. */
export const mergeShards = (
  snapshots: readonly ShardSnapshot[],
  nowMs: number,
): ResourceMetrics[] => {
  const refused: Refused[] = []
  return addUp(snapshots, nowMs, refused, refused)
}

const addUp = (
  snapshots: readonly ShardSnapshot[],
  nowMs: number,
  told: readonly Refused[],
  refused: Refused[],
): ResourceMetrics[] => {
  const total = new Aggregate({ cardinalityLimit: Infinity, maxSeries: Infinity })
  const join = ({ resource, startMs }: ShardResource): string =>
    total.join({ ...resource, 'service.instance.id': 'aggregator' }, startMs)
  for (const { resources } of snapshots) {
    for (const held of resources) {
      const job = join(held)
      for (const metric of held.metrics) {
        const reason = total.add(job, metric, nowMs)
        if (reason) {
          // Shards that first saw different versions of a metric.
          const points = metric.points.length
          refused.push({ resource: { ...held, metrics: [] }, metric: metric.name, reason, points })
        }
      }
    }
  }
  for (const { resource, metric, reason, points } of told) {
    const attributes = { metric, 'error.type': reason }
    total.count(join(resource), 'refused_points', attributes, points, nowMs)
  }
  const maxIdleMs = Math.max(0, ...snapshots.map((snapshot) => snapshot.maxIdleMs))
  return total.collect(snapshots.length ? nowMs - maxIdleMs : 0)
}

const twice = async <T>(attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch {
    return attempt()
  }
}
