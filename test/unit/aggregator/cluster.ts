import { MetricsAggregator } from '../../../src/aggregator/metrics-aggregator.ts'
import type { AggregatorOptions } from '../../../src/aggregator/options.ts'
import { openSqlite } from './sqlite.ts'

type Construct = new (state: unknown, env: unknown) => MetricsAggregator

/** Durable Objects that outlive their instances, with alarms that are rung by hand. */
export class Cluster {
  readonly env: Record<string, unknown> = {
    METRICS: { idFromName: (name: string) => name, get: (name: string) => this.object(name) },
  }
  readonly alarms = new Map<string, number>()
  options: AggregatorOptions = {}
  readonly #disks = new Map<string, ReturnType<typeof openSqlite>>()
  readonly #objects = new Map<string, MetricsAggregator>()

  object(name: string): MetricsAggregator {
    const existing = this.#objects.get(name)
    if (existing) return existing
    const disk = this.#disks.get(name) ?? openSqlite()
    this.#disks.set(name, disk)
    const storage = {
      sql: disk.sql,
      transactionSync: disk.transactionSync,
      getAlarm: async () => this.alarms.get(name) ?? null,
      setAlarm: async (timeMs: number) => {
        this.alarms.set(name, timeMs)
      },
    }
    const created = new (MetricsAggregator as unknown as Construct)({ storage }, this.env)
    created.options = this.options
    this.#objects.set(name, created)
    return created
  }

  disk(name: string): ReturnType<typeof openSqlite> | undefined {
    return this.#disks.get(name)
  }

  /** As after an eviction: the next call makes new instances on the same disks. */
  evict(): void {
    this.#objects.clear()
  }
}
