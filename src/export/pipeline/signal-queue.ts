import type { Attributes } from '@opentelemetry/api'
import type { SignalName } from '../../base/signal.ts'
import type { Exporter, Sealed } from '../exporter.ts'
import type { Outcome } from '../outcome.ts'
import { backoffMs } from './backoff.ts'
import type { Batch } from './batch.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { Collector } from './collector.ts'
import {
  isCircuitOpen,
  newCounts,
  noteExport,
  type SignalCounts,
  type SignalSource,
} from './counts.ts'

/** Estimated bytes of one batch, unless its exporter takes less. */
const MAX_BATCH_BYTES = 2 * 1024 * 1024

export interface SignalQueueOptions<T> {
  signal: SignalName
  /** Number of the destination among several. */
  destination?: number
  exporter: Exporter<T>
  /** Attributes of who emits. */
  resource: Attributes
  maxBatchSize: number
  maxQueueSize: number
  maxQueueBytes: number
  maxAttempts: number
  /** How many of what is counted one record stands for. */
  countOf: (record: T) => number
  /** The same records in lists that count for so much at most. Default: as they come, where each counts for one. */
  split?: ((records: readonly T[], maxCount: number) => readonly (readonly T[])[]) | undefined
  /** Whether to send again what may have arrived already. */
  retryAmbiguous: boolean
  /** An attempt without an answer for this long is taken for dead. */
  attemptLifetimeMs: number
  onDrop: (reason: string, count: number) => void
  /** What steps between the queue and its exporter, if anything does. */
  spill?: ((queue: SignalQueue<T>) => Spilling<T>) | undefined
}

/** A store between a queue and its exporter. */
export interface Spilling<T = never> {
  readonly exporter: Exporter<T>
  /** Brings back what was stored; undefined when somebody else does. */
  readonly drain: Collector | undefined
}

/**
 * One signal's records from the moment they are recorded until a receiver has them or they are counted as
 * dropped: waiting, in flight, or held back for another attempt. Knows no clock and does no I/O.
 */
export class SignalQueue<T = unknown> implements SignalSource {
  readonly signal: SignalName
  readonly destination: number | undefined
  /** Takes its batches. */
  readonly exporter: Exporter<T>
  /** Brings back batches that its exporter has stored. */
  readonly drain: Collector | undefined
  readonly counts: SignalCounts = newCounts()
  /** No attempt before this time: backoff, or the receiver's Retry-After. */
  notBeforeMs = 0
  /** Told of each record that waits from now on. */
  onAdd: (() => void) | undefined
  readonly #options: SignalQueueOptions<T>
  readonly #waiting: BoundedQueue<T>
  readonly #held: Batch<T>[] = []
  readonly #inFlight = new Set<Batch<T>>()
  #waitingCount = 0
  #heldRecords = 0
  #heldCount = 0
  #heldBytes = 0
  #isClosed = false
  #isUnreachable = false

  constructor(options: SignalQueueOptions<T>) {
    this.signal = options.signal
    this.destination = options.destination
    this.#options = options
    this.#waiting = new BoundedQueue(options.maxQueueSize, options.maxQueueBytes)
    const spilling = options.spill?.(this)
    this.exporter = spilling?.exporter ?? options.exporter
    this.drain = spilling?.drain
  }

  /** Records not yet acknowledged or dropped. */
  get pending(): number {
    return this.#waitingCount + this.#heldCount
  }

  /** Of these, the ones that no export was begun of. */
  get queued(): number {
    return this.#waitingCount
  }

  get capacity(): number {
    return this.#options.maxQueueSize
  }

  /** Whether there is a batch that waiting would not make larger. */
  get isBatchFull(): boolean {
    const { size, bytes } = this.#waiting
    return (
      this.#held.length > 0 || size >= this.#options.maxBatchSize || bytes >= this.#maxBatchBytes
    )
  }

  /** Whether the next batch is a part of one that was too large. */
  get isInParts(): boolean {
    return this.#held.length > 0 && this.#held[0]?.sealed === undefined
  }

  get #maxBatchBytes(): number {
    return Math.min(this.exporter.maxBatchBytes ?? MAX_BATCH_BYTES, MAX_BATCH_BYTES)
  }

  /** Whether a batch could be taken now. */
  isDue(nowMs: number): boolean {
    return nowMs >= (this.dueMs ?? Infinity)
  }

  /** Whether its receiver is not worth waiting for: it fails again and again, or nobody has ever been there. */
  get isAway(): boolean {
    return (this.#isUnreachable && !this.counts.lastSuccessMs) || isCircuitOpen(this.counts)
  }

  /** When the next batch may be taken; undefined when there is none. */
  get dueMs(): number | undefined {
    return this.#held.length === 0 && this.#waiting.size === 0 ? undefined : this.notBeforeMs
  }

  add(record: T, bytes: number): void {
    const count = this.#options.countOf(record)
    this.counts.recorded += count
    if (this.#isClosed) {
      this.drop('shutdown', count)
    } else if (this.#waiting.push(record, bytes, this.#heldRecords, this.#heldBytes)) {
      this.#waitingCount += count
      this.onAdd?.()
    } else {
      this.drop('queue_full', count)
    }
  }

  /** The next batch to send, which is then in flight until `settle`. */
  take(nowMs: number): Batch<T> | undefined {
    if (!this.isDue(nowMs)) {
      return undefined
    }
    let batch: Batch<T> | undefined
    do {
      batch = this.#held.shift() ?? this.#takeWaiting()
    } while (batch && !this.#seal(batch))
    if (batch) {
      batch.attempts++
      batch.sentAtMs = nowMs
      this.#inFlight.add(batch)
      if (this.counts.consecutiveFailures > 0) {
        // A probe: every request that ends would make another, and their failures add up to the longest pause.
        this.notBeforeMs = this.#afterProbeMs(batch)
      }
    }
    return batch
  }

  /** One attempt to deliver a batch that was taken. Never rejects. */
  export({ sealed }: Batch<T>, env: unknown): Promise<Outcome> {
    return this.exporter.export(sealed as Sealed, env)
  }

  /** Takes note of how an attempt ended. */
  settle(batch: Batch<T>, outcome: Outcome, nowMs: number): void {
    if (!this.#inFlight.delete(batch)) {
      // Given up for dead and taken over; that attempt decides.
      return
    }
    if (this.notBeforeMs === this.#afterProbeMs(batch)) {
      this.notBeforeMs = nowMs
    }
    if (outcome.kind === 'accepted') {
      const rejected = Math.min(outcome.rejected, batch.count)
      this.#hold(batch, -1)
      this.counts.exported += batch.count - rejected
      noteExport(this.counts, batch.sentAtMs, nowMs, undefined)
      this.drop('rejected', rejected)
      return
    }
    if (outcome.kind === 'spilled') {
      this.#hold(batch, -1)
      this.counts.spilled += batch.count
      if (outcome.failure) {
        noteExport(this.counts, batch.sentAtMs, nowMs, outcome.failure)
      }
      return
    }
    this.#isUnreachable = outcome.reason === 'network' || outcome.reason === 'timeout'
    const isTooLarge = outcome.kind === 'refused' && !!outcome.parts && batch.count > 1
    if (outcome.kind !== 'refused' || !outcome.isUnsent) {
      noteExport(this.counts, batch.sentAtMs, nowMs, outcome.reason, isTooLarge)
    }
    if (isTooLarge && !this.#isClosed) {
      this.#split(batch, outcome.parts as number)
      return
    }
    const { maxAttempts, retryAmbiguous } = this.#options
    const isRetry = outcome.kind === 'retry' && !this.#isClosed
    if (isRetry) {
      this.notBeforeMs = nowMs + (outcome.afterMs ?? backoffMs(this.counts.consecutiveFailures))
    }
    if (isRetry && batch.attempts < maxAttempts && (retryAmbiguous || !outcome.ambiguous)) {
      this.#held.unshift(batch)
    } else {
      this.#hold(batch, -1)
      this.drop(outcome.reason, batch.count)
    }
  }

  /** Takes back batches whose request died with its context: an answer will never come. */
  reclaim(nowMs: number): void {
    for (const batch of this.#inFlight) {
      if (nowMs - batch.sentAtMs > this.#options.attemptLifetimeMs) {
        this.settle(
          batch,
          { kind: 'retry', reason: 'abandoned', ambiguous: true, afterMs: 0 },
          nowMs,
        )
      }
    }
  }

  /** Gives up what waits, and whatever comes: both are counted as dropped. What is in flight may still arrive. */
  close(): void {
    this.#isClosed = true
    for (const batch of this.#held.splice(0)) {
      this.#hold(batch, -1)
      this.drop('shutdown', batch.count)
    }
    this.#waiting.take(Infinity, Infinity)
    this.drop('shutdown', this.#waitingCount)
    this.#waitingCount = 0
  }

  drop(reason: string, count: number): void {
    if (count > 0) {
      this.counts.dropped[reason] = (this.counts.dropped[reason] ?? 0) + count
      this.#options.onDrop(reason, count)
    }
  }

  /** When the time limit of an attempt is over. */
  #afterProbeMs({ sentAtMs }: Batch<T>): number {
    return sentAtMs + this.#options.attemptLifetimeMs / 2
  }

  #takeWaiting(): Batch<T> | undefined {
    const { items, bytes } = this.#waiting.take(this.#options.maxBatchSize, this.#maxBatchBytes)
    if (!items.length) {
      return undefined
    }
    const batch = this.#newBatch(items, bytes)
    this.#waitingCount -= batch.count
    return batch
  }

  #newBatch(records: readonly T[], bytes: number): Batch<T> {
    const { countOf } = this.#options
    const count = records.reduce((sum, record) => sum + countOf(record), 0)
    const batch = { records, bytes, sealed: undefined, count, attempts: 0, sentAtMs: 0 }
    this.#hold(batch, 1)
    return batch
  }

  /** False when the records have no encoding: then they are dropped. */
  #seal(batch: Batch<T>): boolean {
    this.#hold(batch, -1)
    try {
      if (!batch.sealed) {
        batch.sealed = this.exporter.seal(batch.records, this.#options.resource)
        batch.bytes += batch.sealed.bytes
      }
    } catch {
      this.drop('encoding', batch.count)
      return false
    }
    this.#hold(batch, 1)
    return true
  }

  /** Puts parts in the place of a batch. */
  #split(batch: Batch<T>, parts: number): void {
    const { split = slices } = this.#options
    const { records, count, sealed, bytes } = batch
    this.#hold(batch, -1)
    const lists = split(records, Math.ceil(count / parts))
    const each = (bytes - (sealed as Sealed).bytes) / lists.length
    this.#held.unshift(...lists.map((list) => this.#newBatch(list, each)))
  }

  #hold({ bytes, records, count }: Batch<T>, sign: 1 | -1): void {
    this.#heldRecords += sign * records.length
    this.#heldCount += sign * count
    this.#heldBytes += sign * bytes
  }
}

const slices = <T>(records: readonly T[], size: number): T[][] => {
  const lists: T[][] = []
  for (let at = 0; at < records.length; at += size) {
    lists.push(records.slice(at, at + size))
  }
  return lists
}
