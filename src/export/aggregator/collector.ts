import { warnOnce } from '../../base/warn.ts'
import type { MetricReader } from '../../metrics/reader.ts'
import { backoffMs } from '../pipeline/backoff.ts'
import type { Collector } from '../pipeline/collector.ts'
import {
  isCircuitOpen,
  newCounts,
  noteExport,
  type SignalCounts,
  type SignalSource,
} from '../pipeline/counts.ts'
import type { AggregatorSender } from './client.ts'

/**
 * Longest time that metrics are held for company, in milliseconds: the `waitUntil` of the request that recorded them
 * may be the isolate's last, and ends 30 s after the response.
 */
const MAX_HOLD_MS = 20_000

/** Pushes metrics to the aggregator, over a binding of the request that leads. */
export class AggregatorCollector implements Collector, SignalSource {
  readonly signal = 'metrics'
  readonly exporter = { attributes: { 'otel.component.type': 'aggregator_metric_exporter' } }
  readonly counts: SignalCounts = newCounts()
  readonly #reader: MetricReader
  readonly #sender: AggregatorSender
  readonly #shard: string
  readonly #intervalMs: number
  /** When something to push was first seen. */
  #sinceMs: number | undefined
  notBeforeMs = 0

  constructor(reader: MetricReader, sender: AggregatorSender, shard: string, intervalMs: number) {
    this.#reader = reader
    this.#sender = sender
    this.#shard = shard
    this.#intervalMs = Math.min(intervalMs, MAX_HOLD_MS)
  }

  get pending(): number {
    return this.#sender.pending
  }

  get dueMs(): number | undefined {
    const leaveMs = this.leaveMs
    if (leaveMs === undefined || this.#sender.pending > 0) {
      return leaveMs
    }
    const nowMs = Date.now()
    if (this.#sinceMs === undefined || this.#sinceMs > nowMs) {
      this.#sinceMs = nowMs
    }
    return Math.max(leaveMs, this.#sinceMs + this.#intervalMs)
  }

  get isAway(): boolean {
    return isCircuitOpen(this.counts)
  }

  get leaveMs(): number | undefined {
    return this.#reader.pending || this.#sender.pending > 0 ? this.notBeforeMs : undefined
  }

  async collect(env: unknown): Promise<void> {
    const { counts } = this
    const startedMs = Date.now()
    const pendingBefore = this.#sender.pending
    this.#sinceMs = undefined
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
