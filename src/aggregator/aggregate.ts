import type { Attributes } from '@opentelemetry/api'
import type { RefusalReason, ShardResource } from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import { attributeKey } from './attribute-key.ts'
import { mergeExemplars } from './exemplars.ts'
import {
  type Family,
  familyKey,
  findConflict,
  type HeldFamily,
  headOf,
  orderOf,
  widens,
} from './family.ts'
import { isOwn, type OwnMetric, ownMetric } from './own-metrics.ts'
import { addPoint, type Point } from './point.ts'

export interface AggregateLimits {
  /** Series per metric, the overflow series included. */
  cardinalityLimit: number
  /** Series in all, overflow series not included. */
  maxSeries: number
}

interface HeldResource {
  startMs: number
  attributes: Attributes
}

const MAX_METRICS = 1000
const OVERFLOW: Attributes = { 'otel.metric.overflow': true }

/** The service that a resource belongs to. */
export const jobOf = (attributes: Attributes): string =>
  JSON.stringify([
    attributes['service.namespace'],
    attributes['service.name'],
    attributes['deployment.environment.name'],
  ])

/** Running totals of many metrics, and a note of every part that changed since it was last stored. */
export class Aggregate {
  /** Storage keys of what changed, each with its current value; undefined for what is gone. */
  readonly dirty: Map<string, unknown> = new Map()
  readonly #limits: AggregateLimits
  readonly #families: Map<string, HeldFamily> = new Map()
  readonly #byId: Map<number, HeldFamily> = new Map()
  readonly #resources: Map<string, HeldResource> = new Map()
  #series = 0
  #nextId = 0

  constructor(limits: AggregateLimits) {
    this.#limits = limits
  }

  get series(): number {
    return this.#series
  }

  /** The services that metrics were added for. */
  get jobs(): string[] {
    return [...this.#resources.keys()]
  }

  /**
   * The service that a resource belongs to. Totals outlive isolates and versions, so only its name, namespace
   * and environment tell it apart; its other attributes are those of the youngest isolate.
   */
  join(attributes: Attributes, startMs: number): string {
    const job = jobOf(attributes)
    if (startMs > (this.#resources.get(job)?.startMs ?? -1)) {
      this.#change(`r${job}`, { startMs, attributes })
    }
    return job
  }

  /** Adds a faultless metric's points to those of the service `job`, or says why it does not fit. */
  add(job: string, metric: MetricData, nowMs: number): RefusalReason | undefined {
    const key = familyKey(job, metric)
    const held = this.#families.get(key)
    if (!held && this.#families.size >= MAX_METRICS && !isOwn(metric)) {
      return 'metric_limit'
    }
    const conflict = held && findConflict(held.head, metric)
    if (conflict) {
      return conflict
    }
    if (!held) {
      const id = this.#nextId
      this.#change(`m${id}`, { id, job, head: headOf(metric) })
    } else if (widens(held.head, metric)) {
      this.#change(`m${held.id}`, { id: held.id, job, head: headOf(metric) })
    }
    const family = this.#families.get(key) as HeldFamily
    let overflowed = 0
    for (const point of metric.points) {
      // A clock that runs ahead must not keep a gauge at its value.
      overflowed += this.#addPoint(
        family,
        { ...point, timeMs: Math.min(point.timeMs, nowMs) },
        nowMs,
      )
    }
    if (overflowed && !isOwn(metric)) {
      this.count(job, 'overflow_points', { metric: metric.name }, overflowed, nowMs)
    }
    return undefined
  }

  /** Adds to a counter of the aggregator's own. */
  count(job: string, name: OwnMetric, attributes: Attributes, by: number, nowMs: number): void {
    this.add(job, ownMetric(name, attributes, by, nowMs), nowMs)
  }

  /** All metrics in their order. */
  get families(): HeldFamily[] {
    return [...this.#byId.values()].sort((a, b) => (a.order < b.order ? -1 : 1))
  }

  /** The services, without their metrics. */
  get services(): (ShardResource & { job: string })[] {
    const times = new Map<string, number>()
    for (const { job, points } of this.#byId.values()) {
      for (const { timeMs } of points.values()) {
        times.set(job, Math.max(timeMs, times.get(job) ?? 0))
      }
    }
    return Array.from(this.#resources, ([job, { startMs, attributes }]) => ({
      job,
      startMs,
      timeMs: times.get(job) ?? 0,
      resource: attributes,
      metrics: [],
    }))
  }

  /** The totals of series updated since `sinceMs`. */
  collect(sinceMs: number): ShardResource[] {
    const resources: ShardResource[] = []
    for (const [job, { startMs, attributes }] of this.#resources) {
      const metrics: MetricData[] = []
      for (const family of this.#byId.values()) {
        const points = [...family.points.values()].filter(({ timeMs }) => timeMs >= sinceMs)
        if (family.job === job && points.length) {
          metrics.push({
            ...family.head,
            points: points.map((point) => ({ ...point })),
          } as MetricData)
        }
      }
      if (metrics.length) {
        resources.push({ startMs, resource: attributes, metrics })
      }
    }
    return resources
  }

  /** Identities, the same in every shard, of the series for which `test` holds. */
  keys(test: (point: Point, head: MetricData) => boolean): string[] {
    const keys: string[] = []
    for (const [name, { head, points }] of this.#families) {
      for (const [key, point] of points) {
        if (test(point, head)) {
          keys.push(`${name}\n${key}`)
        }
      }
    }
    return keys
  }

  /** Removes series by identity, and metrics and services that have none left. */
  remove(keys: readonly string[]): void {
    for (const text of keys) {
      const [name, key] = text.split('\n') as [string, string]
      const family = this.#families.get(name)
      if (family?.points.delete(key)) {
        this.#series--
        this.dirty.set(`s${family.id} ${key}`, undefined)
        if (!family.points.size) {
          this.#families.delete(name)
          this.#byId.delete(family.id)
          this.dirty.set(`m${family.id}`, undefined)
        }
      }
    }
    const jobs = new Set([...this.#byId.values()].map(({ job }) => job))
    for (const job of this.jobs.filter((name) => !jobs.has(name))) {
      this.#resources.delete(job)
      this.dirty.set(`r${job}`, undefined)
    }
  }

  /** Takes a stored part back; a metric before its series. */
  restore(key: string, value: unknown): void {
    const rest = key.slice(1)
    if (key[0] === 'r') {
      this.#resources.set(rest, value as HeldResource)
    } else if (key[0] === 'm') {
      const family = value as Family
      const points = this.#byId.get(family.id)?.points ?? new Map<string, Point>()
      const { id, job, head } = family
      const held = { id, job, head, order: orderOf(job, head), points }
      this.#families.set(familyKey(job, head), held)
      this.#byId.set(id, held)
      this.#nextId = Math.max(this.#nextId, id + 1)
    } else {
      const [id] = rest.split(' ', 1) as [string]
      this.#byId.get(Number(id))?.points.set(rest.slice(id.length + 1), value as Point)
      this.#series++
    }
  }

  #change(key: string, value: unknown): void {
    this.restore(key, value)
    this.dirty.set(key, value)
  }

  /** Returns 1 if the point had to go to the overflow series. */
  #addPoint(family: HeldFamily, point: Point, nowMs: number): 0 | 1 {
    const { cardinalityLimit, maxSeries } = this.#limits
    let key = attributeKey(point.attributes)
    let held = family.points.get(key)
    const isFull = family.points.size >= cardinalityLimit - 1 || this.#series >= maxSeries
    const overflows = !held && isFull && !point.attributes['otel.metric.overflow']
    if (overflows) {
      key = attributeKey(OVERFLOW)
      held = family.points.get(key)
    }
    if (held) {
      // Nor must our own, that ran ahead when it was last added to.
      held.timeMs = Math.min(held.timeMs, nowMs)
      addPoint(family.head, held, point)
      this.dirty.set(`s${family.id} ${key}`, held)
    } else {
      const { exemplars } = point
      this.#change(`s${family.id} ${key}`, {
        ...point,
        ...(overflows && { attributes: OVERFLOW }),
        ...(exemplars && { exemplars: mergeExemplars(family.head, [], exemplars) }),
      })
    }
    return overflows ? 1 : 0
  }
}
