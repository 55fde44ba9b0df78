import { DurableObject } from 'cloudflare:workers'
import { warnOnce } from '../base/warn.ts'
import {
  type AggregatorAck,
  type AggregatorNamespace,
  type AggregatorPush,
  type AggregatorRpc,
  aggregatorObject,
  DAY_MS,
  REGISTRY,
  type ShardResource,
  type ShardSnapshot,
  type SnapshotQuery,
} from '../export/aggregator/protocol.ts'
import { createBodyLimit } from '../export/otlp/body-limit.ts'
import { nativeFetch } from '../runtimes/global-fetch.ts'
import { asOf, exportTotals } from './export.ts'
import { PushGroup } from './group.ts'
import type { Ledger } from './ledger.ts'
import { type AggregatorConfig, type AggregatorOptions, resolveAggregator } from './options.ts'
import { Store } from './store.ts'

/**
 * The longest that a push usually takes to arrive after what it tells was measured, in milliseconds: the interval of its
 * isolate, a lease and a few tries. With a shorter interval than that an exemplar is told more than once, which
 * receivers pass over; told too late it would be lost.
 */
const LONGEST_PUSH_MS = 60_000

/**
 * A Durable Object that adds up the metrics of many isolates, exactly: a push that arrives twice counts once,
 * and one that was acknowledged is stored. Needs SQLite storage (`new_sqlite_classes`).
 *
 * @example
 * ```ts workers
 * export { MetricsAggregator } from 'hono-observability/aggregator'
 * ```
 * @example With settings
 * ```ts workers
 * import { MetricsAggregator } from 'hono-observability/aggregator'
 *
 * export class Metrics extends MetricsAggregator {
 *   override options = { intervalMs: 30_000 }
 * }
 * ```
 */
export class MetricsAggregator<Env = unknown> extends DurableObject<Env> implements AggregatorRpc {
  /** Overridden by a subclass. A wrong one makes every call throw a `TypeError` that names it. */
  options: AggregatorOptions = {}
  #store: Store | undefined
  #config: AggregatorConfig | undefined
  readonly #group = new PushGroup((pushes) => {
    try {
      return this.#open().pushAll(pushes, Date.now())
    } catch (error) {
      // Reading back what is stored is the one way to be sure of it.
      this.#store = undefined
      throw error
    }
  })
  readonly #bodyLimit = createBodyLimit()
  #hasAlarm = false
  #exportedMs = 0

  /** Adds an isolate's deltas. Resolves after they are stored. */
  async push(push: AggregatorPush): Promise<AggregatorAck> {
    const ack = await this.#group.add(push, Date.now())
    await this.#ensureAlarm()
    return ack
  }

  /** The running totals, or a page of them. All at once they may be more than RPC carries. */
  async snapshot(query?: SnapshotQuery): Promise<ShardSnapshot> {
    const { maxIdleMs } = this.#settings()
    const nowMs = Date.now()
    if (!query) {
      return { maxIdleMs, resources: this.#totals(0, nowMs) }
    }
    const { resources, next } = this.#open().ledger.page(query, nowMs)
    return { maxIdleMs, resources: this.#named(resources), next }
  }

  /** Remembers a shard's name. Called on the object named `registry`. */
  async register(shard: string): Promise<void> {
    this.#change((ledger) => ledger.register(shard))
  }

  /** The names of all shards. Called on the object named `registry`. */
  async shards(): Promise<string[]> {
    return [...this.#open().ledger.names]
  }

  /** Which of these series were added to since `sinceMs`. */
  async active(keys: readonly string[], sinceMs: number): Promise<string[]> {
    const asked = new Set(keys)
    const { totals } = this.#open().ledger
    return totals.keys(({ timeMs }) => timeMs >= sinceMs).filter((key) => asked.has(key))
  }

  /**
   * Removes a metric with all its series, for example to change its buckets.
   *
   * @returns The number of series removed.
   */
  async forget(name: string): Promise<number> {
    const { totals } = this.#open().ledger
    const keys = totals.keys((_, head) => head.name === name)
    this.#change(() => totals.remove(keys))
    return keys.length
  }

  /** Sends the totals, and once a day removes what is out of use. Called by the runtime, at least once. */
  override async alarm(): Promise<void> {
    const { destination, fetch, intervalMs, maxIdleMs } = this.#settings()
    const nowMs = Date.now()
    // First, so that nothing that goes wrong below is the end of it.
    await this.#setAlarm(nowMs)
    if (destination) {
      // An exemplar may be older than the last export and still be untold, as its push took so long.
      const exemplarsSinceMs = this.#exportedMs - Math.max(intervalMs, LONGEST_PUSH_MS)
      const totals = asOf(this.#totals(nowMs - maxIdleMs, nowMs), nowMs, exemplarsSinceMs)
      const failure = await exportTotals(
        totals,
        destination,
        fetch ?? nativeFetch(),
        this.#bodyLimit,
      )
      if (failure) {
        warnOnce(`the aggregator's export failed: ${failure}`)
        const attributes = { 'error.type': failure }
        this.#change((ledger) => ledger.countOwn('export_failures', attributes, 1, nowMs))
      } else {
        this.#exportedMs = nowMs
      }
    }
    if (nowMs - (this.#open().ledger.facts.maintainedMs ?? 0) >= DAY_MS) {
      await this.#maintain(nowMs, nowMs - maxIdleMs)
    }
  }

  #settings(): AggregatorConfig {
    this.#config ??= resolveAggregator(this.options, this.env)
    return this.#config
  }

  #open(): Store {
    this.#store ??= new Store(this.ctx.storage, this.#settings())
    return this.#store
  }

  #change(change: (ledger: Ledger) => void): void {
    try {
      this.#open().change(change)
    } catch (error) {
      this.#store = undefined
      throw error
    }
  }

  #totals(sinceMs: number, nowMs: number): ShardResource[] {
    return this.#named(this.#open().ledger.collect(sinceMs, nowMs))
  }

  #named(resources: readonly ShardResource[]): ShardResource[] {
    const id = `aggregator/${this.#open().ledger.facts.shard}`
    return resources.map((held) => ({
      ...held,
      resource: { ...held.resource, 'service.instance.id': id },
    }))
  }

  async #ensureAlarm(): Promise<void> {
    // Not put off by an object that wakes up often.
    if (!this.#hasAlarm && (await this.ctx.storage.getAlarm()) === null) {
      await this.#setAlarm(Date.now())
    }
    this.#hasAlarm = true
  }

  async #setAlarm(nowMs: number): Promise<void> {
    const { destination, intervalMs } = this.#settings()
    await this.ctx.storage.setAlarm(nowMs + (destination ? intervalMs : DAY_MS))
  }

  async #maintain(nowMs: number, idleSinceMs: number): Promise<void> {
    // Readers leave idle series out a day before they are gone here, so that no sum over shards ever shrinks.
    const idle = (ledger: Ledger) => ledger.idleSeries(idleSinceMs - DAY_MS)
    const keys = idle(this.#open().ledger)
    const active = keys.length ? await this.#activeElsewhere(keys, idleSinceMs) : new Set()
    this.#change((ledger) => {
      ledger.expireInstances(nowMs)
      if (active) {
        ledger.expireSeries(
          idle(ledger).filter((key) => !active.has(key)),
          nowMs,
        )
      }
      ledger.noteMaintenance(nowMs)
    })
  }

  /** Which series other shards still add to; undefined when not all could be asked. */
  async #activeElsewhere(keys: string[], sinceMs: number): Promise<Set<string> | undefined> {
    const { binding = '', shard } = this.#open().ledger.facts
    const namespace = (this.env as Record<string, AggregatorNamespace | undefined>)[binding]
    if (!namespace) {
      // Bound in another script only.
      return new Set()
    }
    try {
      const names = await aggregatorObject(namespace, REGISTRY).shards()
      const answers = await Promise.all(
        names
          .filter((name) => name !== shard)
          .map((name) => aggregatorObject(namespace, name).active(keys, sinceMs)),
      )
      return new Set(answers.flat())
    } catch {
      return undefined
    }
  }
}
