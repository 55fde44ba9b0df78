import { expect } from 'vitest'
import { mergeShards } from '../../../src/aggregator/read.ts'
import { Store } from '../../../src/aggregator/store.ts'
import { AggregatorSender } from '../../../src/export/aggregator/client.ts'
import type { AggregatorPush, ResourceMetrics } from '../../../src/export/aggregator/protocol.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import { openSqlite, type TestStore } from './sqlite.ts'

const LIMITS = { cardinalityLimit: 2000, maxSeries: 10_000 }

export const SHARDS = ['AMS', 'LHR']
export const ISOLATES = 4

/** What becomes of a push on its way, and of its answer on the way back. */
export type Fate = 'arrives' | 'lost' | 'answer lost' | 'late' | 'twice' | 'object dies'

export interface Recorded {
  route: number
  value: number
  /** When it was collected. */
  timeMs: number
}

interface Isolate {
  instance: string
  sender: AggregatorSender
  recorded: Recorded[]
  pushes: number
}

/** An object on its own disk. */
class Shard {
  readonly #disk: TestStore = openSqlite()
  #store: Store = new Store(this.#disk, LIMITS)

  get store(): Store {
    return this.#store
  }

  restart(): void {
    this.#store = new Store(this.#disk, LIMITS)
  }

  dieOf(push: AggregatorPush, nowMs: number): void {
    this.#disk.failAfter(0)
    expect(() => this.#store.push(push, nowMs)).toThrow('disk full')
    this.restart()
  }
}

/** Isolates, a network and sharded objects; and beside them, what was recorded. */
export class World {
  readonly #metricsOf: (recorded: readonly Recorded[], timeMs: number) => MetricData[]
  readonly #shards = new Map(SHARDS.map((name) => [name, new Shard()]))
  readonly #isolates: Isolate[] = []
  readonly #late: AggregatorPush[] = []
  readonly #contents = new Map<string, Recorded[]>()
  /** Pushes that reached an object at least once. */
  readonly #arrived = new Set<string>()
  #instances = 0
  #timeMs = 1000
  #fates: Fate[] = []

  constructor(metricsOf: (recorded: readonly Recorded[], timeMs: number) => MetricData[]) {
    this.#metricsOf = metricsOf
    for (let index = 0; index < ISOLATES; index++) this.restartIsolate(index)
  }

  record(isolate: number, route: number, value: number): void {
    this.#isolate(isolate).recorded.push({ route, value, timeMs: 0 })
  }

  async push(isolate: number, shard: number, fates: readonly Fate[]): Promise<void> {
    this.#timeMs++
    this.#fates = [...fates]
    const one = this.#isolate(isolate)
    await one.sender.push({}, SHARDS[shard] ?? '', () => this.#collect(one))
  }

  lateArrivals(): void {
    for (const push of this.#late.splice(0)) this.#arrive(push)
  }

  restartIsolate(index: number): void {
    const instance = `isolate ${this.#instances++}`
    const sender = new AggregatorSender({
      instance,
      startMs: 1,
      resource: { 'service.name': 'shop' },
      maxAttempts: 1,
      maxPending: 3,
      transport: { push: async (_, push) => this.#deliver(push), register: async () => {} },
    })
    this.#isolates[index] = { instance, sender, recorded: [], pushes: 0 }
  }

  restartShard(index: number): void {
    this.#shard(SHARDS[index]).restart()
  }

  /** Lets everything arrive that can. */
  async settle(): Promise<void> {
    for (let index = 0; index < ISOLATES; index++) {
      for (let i = 0; i < 5; i++) await this.push(index, 0, [])
      const { sender, recorded } = this.#isolate(index)
      expect([sender.pending, recorded]).toEqual([0, []])
    }
    this.lateArrivals()
    SHARDS.forEach((_, index) => {
      this.restartShard(index)
    })
  }

  /** All that arrived: everything but the last words of isolates that died. */
  get expected(): Recorded[] {
    return [...this.#arrived].flatMap((key) => this.#contents.get(key) ?? [])
  }

  get actual(): ResourceMetrics[] {
    const snapshots = [...this.#shards.values()].map(({ store }) => ({
      maxIdleMs: Number.POSITIVE_INFINITY,
      resources: store.ledger.collect(0, this.#timeMs),
    }))
    return mergeShards(snapshots, this.#timeMs)
  }

  async #deliver(push: AggregatorPush) {
    const fate = this.#fates.shift() ?? 'arrives'
    if (fate === 'late') this.#late.push(structuredClone(push))
    if (fate === 'object dies') this.#shard(push.shard).dieOf(push, this.#timeMs)
    if (fate === 'late' || fate === 'lost' || fate === 'object dies') throw new Error(fate)
    const ack = this.#arrive(push)
    if (fate === 'twice') this.#arrive(push)
    if (fate === 'answer lost') throw new Error(fate)
    return ack
  }

  #arrive(push: AggregatorPush) {
    const ack = this.#shard(push.shard).store.push(structuredClone(push), this.#timeMs)
    expect(ack.refused).toEqual([])
    this.#arrived.add(`${push.instance} ${push.seq}`)
    return ack
  }

  #collect(isolate: Isolate): MetricData[] {
    if (!isolate.recorded.length) return []
    const recorded = isolate.recorded.splice(0).map((one) => ({ ...one, timeMs: this.#timeMs }))
    this.#contents.set(`${isolate.instance} ${++isolate.pushes}`, recorded)
    return this.#metricsOf(recorded, this.#timeMs)
  }

  #isolate(index: number): Isolate {
    return this.#isolates[index] as Isolate
  }

  #shard(name = ''): Shard {
    return this.#shards.get(name) as Shard
  }
}
