import type {
  AggregatorAck,
  AggregatorPush,
  Refusal,
  RefusalReason,
  ShardResource,
  SnapshotCursor,
  SnapshotQuery,
} from '../export/aggregator/protocol.ts'
import type { SumData } from '../metrics/data.ts'
import { Aggregate, type AggregateLimits } from './aggregate.ts'
import { headOf, orderOf } from './family.ts'
import { arrive, expiredInstances, type InstanceRecord } from './instances.ts'
import { ownMetric } from './own-metrics.ts'
import { takePage } from './page.ts'
import type { Point } from './point.ts'
import { findFault } from './validate.ts'

/** What a shard knows about itself. */
export interface ShardFacts {
  shard?: string
  binding?: string | undefined
  registered?: boolean
  maintainedMs?: number
}

/**
 * All that one shard holds. A function of the pushes it was given and when: applied again in the same order
 * they give the same state, which is what makes a journal of pushes enough to recover it.
 */
export class Ledger {
  readonly totals: Aggregate
  readonly names: Set<string> = new Set()
  readonly #instances: Map<string, InstanceRecord> = new Map()
  #facts: ShardFacts = {}

  constructor(limits: AggregateLimits) {
    this.totals = new Aggregate(limits)
  }

  get facts(): ShardFacts {
    return this.#facts
  }

  get dirty(): Map<string, unknown> {
    return this.totals.dirty
  }

  /** Adds a push, unless it was added before. */
  apply(push: AggregatorPush, nowMs: number): AggregatorAck {
    const { totals } = this
    this.#learn(push)
    const job = totals.join(push.resource, push.startMs)
    const arrival = arrive(this.#instances, push, nowMs)
    const refused: Refusal[] = []
    const refuse = (name: string, reason: RefusalReason, points: number) => {
      refused.push({ name, reason })
      const attributes = { metric: name, 'error.type': reason }
      totals.count(job, 'refused_points', attributes, points, nowMs)
    }
    if (arrival === 'expired') {
      refuse('*', arrival, countPoints(push))
    } else {
      this.dirty.set(`i${push.instance}`, this.#instances.get(push.instance))
    }
    if (arrival === 'new') {
      for (const metric of push.metrics) {
        const reason = findFault(metric) ?? totals.add(job, metric, nowMs)
        if (reason) {
          refuse(metric.name, reason, metric.points?.length || 1)
        }
      }
    }
    totals.count(job, 'pushes', { outcome: arrival }, 1, nowMs)
    return { ok: true, applied: arrival === 'new', refused, register: !this.#facts.registered }
  }

  /** The totals, and how much of everything there is. */
  collect(sinceMs: number, nowMs: number): ShardResource[] {
    const resources = this.totals.collect(sinceMs)
    const [first] = resources
    if (first) {
      resources[0] = { ...first, metrics: [...first.metrics, ...this.#sizes(nowMs)] }
    }
    return resources
  }

  /** The same, a page at a time. */
  page(
    query: SnapshotQuery,
    nowMs: number,
  ): { resources: ShardResource[]; next?: SnapshotCursor | undefined } {
    const { families, services } = this.totals
    const [job] = this.totals.jobs
    const sizes = job === undefined ? [] : this.#sizes(nowMs)
    const own = sizes.map((metric) => ({
      id: -1,
      job: job as string,
      head: headOf(metric),
      order: orderOf(job as string, metric),
      points: new Map(metric.points.map((point) => ['', point])),
    }))
    return takePage(
      [...families, ...own].sort((a, b) => (a.order < b.order ? -1 : 1)),
      services,
      query,
    )
  }

  #sizes(nowMs: number): SumData[] {
    return [
      ownMetric('series', {}, this.totals.series, nowMs),
      ownMetric('instances', {}, this.#instances.size, nowMs),
    ].map((metric) => ({ ...metric, temporality: 'cumulative' as const }))
  }

  /** Removes records of instances that will not be heard of again. */
  expireInstances(nowMs: number): void {
    const ids = expiredInstances(this.#instances, nowMs)
    for (const id of ids) {
      this.#instances.delete(id)
      this.dirty.set(`i${id}`, undefined)
    }
    this.countOwn('expired', { kind: 'instance' }, ids.length, nowMs)
  }

  /** Series that nothing was added to since `sinceMs`. */
  idleSeries(sinceMs: number): string[] {
    return this.totals.keys(isIdleSince(sinceMs))
  }

  expireSeries(keys: readonly string[], nowMs: number): void {
    this.totals.remove(keys)
    this.countOwn('expired', { kind: 'series' }, keys.length, nowMs)
  }

  /** Counts what no push is the cause of. */
  countOwn(
    name: 'expired' | 'export_failures',
    attributes: Record<string, string>,
    by: number,
    nowMs: number,
  ): void {
    const [job] = this.totals.jobs
    if (job && by) {
      this.totals.count(job, name, attributes, by, nowMs)
    }
  }

  /** Remembers a shard's name. For the registry. */
  register(shard: string): void {
    if (!this.names.has(shard)) {
      this.#change(`h${shard}`, 1)
    }
  }

  noteMaintenance(nowMs: number): void {
    this.#change('g', { ...this.#facts, maintainedMs: nowMs })
  }

  /** Takes a stored part back, in the order of their keys. */
  restore(key: string, value: unknown): void {
    const rest = key.slice(1)
    switch (key[0]) {
      case 'g':
        this.#facts = value as ShardFacts
        break
      case 'h':
        this.names.add(rest)
        break
      case 'i':
        this.#instances.set(rest, value as InstanceRecord)
        break
      default:
        this.totals.restore(key, value)
    }
  }

  #learn({ shard, binding, registered = false }: AggregatorPush): void {
    const facts = this.#facts
    if (facts.shard !== shard || facts.binding !== binding || (registered && !facts.registered)) {
      this.#change('g', { ...facts, shard, binding, registered: registered || facts.registered })
    }
  }

  #change(key: string, value: unknown): void {
    this.restore(key, value)
    this.dirty.set(key, value)
  }
}

const isIdleSince =
  (sinceMs: number) =>
  (point: Point): boolean =>
    point.timeMs < sinceMs

const countPoints = ({ metrics }: AggregatorPush): number =>
  metrics.reduce((sum, { points }) => sum + (points?.length ?? 0), 0)
