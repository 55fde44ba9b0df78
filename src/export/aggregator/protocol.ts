import type { Attributes } from '@opentelemetry/api'
import type { MetricData } from '../../metrics/data.ts'

/** Metrics that share a resource. */
export interface ResourceMetrics {
  readonly resource: Attributes
  readonly metrics: readonly MetricData[]
}

/** What one isolate recorded since its last push. Plain data. */
export interface AggregatorPush {
  /** Random id of the isolate. After a restart it is another. */
  instance: string
  /** 1 for the instance's first push, then one more each time. A resend keeps its number. */
  seq: number
  /** Every number below this one is settled: acknowledged, or given up and never sent again. */
  floor: number
  /** When the instance started, in milliseconds since the epoch. */
  startMs: number
  /** When the push was made (not when it was sent), in milliseconds since the epoch. */
  sealedMs: number
  /** Name of the object this push goes to; not every runtime tells an object its own. */
  shard: string
  /** Name of the binding that leads to the objects, so that they can reach each other. */
  binding?: string
  /** The registry has this shard's name. */
  registered?: boolean
  resource: Attributes
  /** Deltas, gauges excepted. */
  metrics: readonly MetricData[]
}

/** A metric, or with the name `*` a whole push, that was not added, and will not be on a resend. */
export interface Refusal {
  name: string
  reason: RefusalReason
}

/** Why a metric was not added. */
export type RefusalReason =
  /** The name is taken by another kind of metric: sum, gauge, histogram, or monotonic or not. */
  | 'kind_conflict'
  /** The name is taken with another unit. */
  | 'unit_conflict'
  /** The name is taken with other bucket bounds. */
  | 'bounds_conflict'
  /** Cumulative, where only deltas can be added. */
  | 'temporality'
  /** NaN, infinite, or a negative count. */
  | 'not_finite'
  /** Not of the documented shape. */
  | 'malformed'
  /** The attributes of a series are longer than 8192 characters as JSON. */
  | 'too_large'
  /** The object already holds 1000 metrics. */
  | 'metric_limit'
  /** It cannot be sent at all: one point takes more than RPC carries, or has a value that is no plain data. */
  | 'unsendable'
  /** The push is so old that a record of its first arrival may be gone. */
  | 'expired'

/** The answer to a push, sent after it has been stored. */
export interface AggregatorAck {
  ok: true
  /** False for a duplicate: it was added when it first arrived. */
  applied: boolean
  refused: Refusal[]
  /** The shard asks the sender to tell the registry its name. */
  register: boolean
}

/** One shard's running totals, or a page of them. */
export interface ShardSnapshot {
  /** Series not updated for this long are to be left out, in milliseconds. */
  maxIdleMs: number
  /** The first page has all services, also those without metrics on it. */
  resources: ShardResource[]
  /** Where the next page begins; undefined on the last. */
  next?: SnapshotCursor | undefined
}

/** A page is asked for by where the one before ended. */
export interface SnapshotQuery {
  /** Default: from the start. */
  after?: SnapshotCursor | undefined
  /** Most bytes, as estimated; one series is always given. */
  maxBytes: number
}

/** The last series of a page: metrics come in the order of their names for Prometheus, series in that of their attributes. */
export interface SnapshotCursor {
  readonly family: string
  readonly series: string
}

export interface ShardResource extends ResourceMetrics {
  /** Start of the youngest isolate with this resource: the resource of the youngest is shown. */
  readonly startMs: number
  /** When any of its series was last added to. */
  readonly timeMs?: number
}

/** What the object offers over RPC. */
export interface AggregatorRpc {
  push(push: AggregatorPush): Promise<AggregatorAck>
  snapshot(query?: SnapshotQuery): Promise<ShardSnapshot>
  register(shard: string): Promise<void>
  shards(): Promise<string[]>
  active(keys: readonly string[], sinceMs: number): Promise<string[]>
  forget(name: string): Promise<number>
}

/** The Durable Object namespace of the aggregator, as bound in `env`. */
export interface AggregatorNamespace {
  idFromName(name: string): unknown
  get(id: unknown): AggregatorRpc
}

/** Name of the object that knows the names of the others. */
export const REGISTRY = 'registry'

export const DAY_MS = 86_400_000

/** Senders give up a push after this long. Half the life of an instance's record, so a resend always meets it. */
export const MAX_PUSH_AGE_MS: number = DAY_MS / 2

/** The object called `name`. */
export const aggregatorObject = (namespace: AggregatorNamespace, name: string): AggregatorRpc =>
  namespace.get(namespace.idFromName(name))
