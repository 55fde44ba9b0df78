import type { AggregatorSender } from '../aggregator/client.ts'
import type { MetricReader } from '../metrics/reader.ts'
import { backoffMs } from '../pipeline/backoff.ts'
import type { Collector } from '../pipeline/collector.ts'
import { newCounts, noteExport, type SignalCounts, type SignalSource } from '../pipeline/counts.ts'
import { warnOnce } from '../warn.ts'

/** Pushes metrics to the aggregator, over a binding of the request that leads. */
export class AggregatorCollector implements Collector, SignalSource {
  readonly signal = 'metrics'
  readonly counts: SignalCounts = newCounts()
  readonly #reader: MetricReader
  readonly #sender: AggregatorSender
  readonly #shard: string
  notBeforeMs = 0

  constructor(reader: MetricReader, sender: AggregatorSender, shard: string) {
    this.#reader = reader
    this.#sender = sender
    this.#shard = shard
  }

  get pending(): number {
    return this.#sender.pending
  }

  get dueMs(): number | undefined {
    return this.#reader.pending || this.#sender.pending > 0 ? this.notBeforeMs : undefined
  }

  async collect(env: unknown): Promise<void> {
    const { counts } = this
    const startedMs = Date.now()
    const pendingBefore = this.#sender.pending
    const { acknowledged, dropped, pending, refused, error } = await this.#sender.push(
      env,
      this.#shard,
      () => this.#reader.collect(),
    )
    const nowMs = Date.now()
    const lost = Object.values(dropped).reduce((sum, points) => sum + points, 0)
    counts.recorded += Math.max(0, acknowledged + lost + pending - pendingBefore)
    counts.exported += acknowledged
    for (const reason in dropped) {
      counts.dropped[reason] = (counts.dropped[reason] ?? 0) + (dropped[reason] ?? 0)
    }
    for (const { name, reason } of refused) {
      warnOnce(`the aggregator refuses the metric ${name}: ${reason}.`)
    }
    const failure = error === undefined ? undefined : 'aggregator'
    noteExport(counts, startedMs, nowMs, failure)
    this.notBeforeMs = failure ? nowMs + backoffMs(counts.consecutiveFailures) : 0
    if (error !== undefined) {
      warnOnce(`metrics not delivered to the aggregator: ${error}`)
    }
  }
}
