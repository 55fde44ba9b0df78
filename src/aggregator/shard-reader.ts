import type { ShardResource, ShardSnapshot, SnapshotCursor } from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import { jobOf } from './aggregate.ts'
import { groupOf, orderOf } from './family.ts'

interface Item {
  readonly group: string
  readonly order: string
  readonly held: ShardResource
  readonly metric: MetricData
}

/** Reads one shard a page at a time, and hands its metrics out in their order. */
export class ShardReader {
  maxIdleMs = 0
  /** Of the first page: all there are. */
  services: ShardResource[] = []
  readonly #load: (after: SnapshotCursor | undefined) => Promise<ShardSnapshot>
  #items: Item[] = []
  #next: SnapshotCursor | undefined
  #isFirst = true

  constructor(load: (after: SnapshotCursor | undefined) => Promise<ShardSnapshot>) {
    this.#load = load
  }

  /** The group that comes next, as far as is known; undefined at the end. */
  get first(): string | undefined {
    return this.#items[0]?.group ?? (this.#next && groupOf(this.#next.family))
  }

  /** Whether there may be more of a group, or of one before it, than has been read. */
  isBehind(group: string): boolean {
    return this.#next !== undefined && groupOf(this.#next.family) <= group
  }

  /** Reads the next page. */
  async fetch(): Promise<void> {
    const { maxIdleMs, resources, next } = await this.#load(this.#next)
    this.maxIdleMs = maxIdleMs
    this.#next = next
    if (this.#isFirst) {
      this.#isFirst = false
      // Objects of an older version give everything at once, and say less of it.
      this.services = resources.map((held) =>
        held.timeMs === undefined ? held : { ...held, metrics: [] },
      )
    }
    for (const held of resources) {
      for (const metric of held.metrics) {
        const order = orderOf(jobOf(held.resource), metric)
        this.#items.push({ group: groupOf(order), order, held, metric })
      }
    }
    this.#items.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
  }

  /** Hands out the metrics of a group that is first, or none. */
  take(group: string): ShardResource[] {
    const until = this.#items.findIndex((item) => item.group !== group)
    const items = this.#items.splice(0, until < 0 ? this.#items.length : until)
    return items.map(({ held, metric }) => ({ ...held, metrics: [metric] }))
  }
}
