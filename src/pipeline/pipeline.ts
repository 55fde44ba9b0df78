import type { BatchConfig } from '../config/config.ts'
import type { Outcome } from '../otlp/outcome.ts'
import type { Batch } from './batch.ts'
import type { Collector } from './collector.ts'
import type { SignalQueue } from './signal-queue.ts'
import { sleep, unrefTimer } from './sleep.ts'

/** `waitUntil` lasts about 30 s after the response; what is sent later is cut off. */
const LEASE_MS = 25_000

/** Export requests at a time, so that the app keeps most of the six connections an invocation may open. */
const CONCURRENCY = 2

export type Queue = SignalQueue<never>
export type SendBatch = (queue: Queue, batch: Batch) => Promise<Outcome>

/**
 * Decides when to send; nothing else does.
 *
 * With `waitUntil` it is a group commit with a lease. The first request that finds no live lease leads: it
 * sends everybody's records until none are left, while the others just append theirs. The lease is a
 * timestamp, not a promise or a timer: those die with the request that made them, and a lease whose owner
 * died simply runs out. Without `waitUntil` it is the specification's batch processor, on a timer.
 */
export class Pipeline {
  readonly queues: readonly Queue[]
  readonly #collectors: readonly Collector[]
  readonly #batch: BatchConfig
  readonly #send: SendBatch
  #leaseUntilMs = 0
  #lastRoundMs = 0
  #timerDueMs = 0
  #flushing: Promise<void> | undefined

  constructor(
    queues: readonly Queue[],
    collectors: readonly Collector[],
    batch: BatchConfig,
    send: SendBatch,
  ) {
    this.queues = queues
    this.#collectors = collectors
    this.#batch = batch
    this.#send = send
  }

  /**
   * Call when a request has handed in its records.
   *
   * @param env The request's bindings.
   * @returns What the request's `waitUntil` must wait for; undefined when another request takes care.
   */
  afterRequest(env?: unknown): Promise<void> | undefined {
    const nowMs = Date.now()
    for (const queue of this.queues) {
      queue.reclaim(nowMs)
    }
    if (nowMs >= this.#leaseUntilMs) {
      return this.#resumeMs === undefined ? undefined : this.#lead(nowMs, env)
    }
    // The leader lingers; memory does not wait for it.
    return this.queues.some((queue) => queue.isBatchFull && queue.isDue(nowMs))
      ? this.#sendFull()
      : undefined
  }

  /** Call when records were handed in where no `waitUntil` exists: they leave on a timer. */
  schedule(): void {
    const nowMs = Date.now()
    const isFull = this.queues.some((queue) => queue.isBatchFull && queue.isDue(nowMs))
    const dueMs = isFull ? nowMs : Math.max(nowMs + this.#batch.delayMs, this.#resumeMs ?? 0)
    // A due time that has passed unserved belongs to a timer that died with its request.
    if (this.#timerDueMs === 0 || dueMs < this.#timerDueMs || nowMs > this.#timerDueMs + 1000) {
      this.#timerDueMs = dueMs
      unrefTimer(
        setTimeout(() => {
          if (this.#timerDueMs === dueMs) {
            this.#timerDueMs = 0
            void this.#flushOnTimer()
          }
        }, dueMs - nowMs),
      )
    }
  }

  /** Sends all there is now, whatever backoff says, until a queue is empty or fails. */
  async flush(): Promise<void> {
    await this.#flushing
    await this.#collect(undefined, Number.POSITIVE_INFINITY)
    for (const queue of this.queues) {
      queue.notBeforeMs = 0
    }
    await this.#drain(Number.POSITIVE_INFINITY)
  }

  async #lead(nowMs: number, env: unknown): Promise<void> {
    const { maxLingerMs, maxSubrequests } = this.#batch
    const leaseUntilMs = nowMs + LEASE_MS
    this.#leaseUntilMs = leaseUntilMs
    // Enough for a last round over every signal.
    const giveUpAt = maxSubrequests - this.queues.length
    let budget = maxSubrequests
    let waitMs = Math.max(0, this.#lastRoundMs + maxLingerMs - nowMs)
    try {
      for (;;) {
        // Also when there is nothing to wait for: encoding must not delay this request's own response.
        await sleep(waitMs)
        await this.#collect(env, Date.now())
        budget -= await this.#sendRound(this.queues, budget)
        const resumeMs = this.#resumeMs
        if (resumeMs === undefined) {
          return
        }
        const lingerMs = this.queues.some((queue) => queue.isBatchFull) ? 0 : maxLingerMs
        const roundMs = Math.max(resumeMs, this.#lastRoundMs + lingerMs)
        if (roundMs > leaseUntilMs || maxSubrequests - budget >= giveUpAt) {
          break
        }
        waitMs = roundMs - Date.now()
      }
    } finally {
      // Before the last round: a request that ends from here on leads for itself.
      if (this.#leaseUntilMs === leaseUntilMs) {
        this.#leaseUntilMs = 0
      }
    }
    await this.#collect(env, Date.now())
    await this.#drain(budget)
  }

  async #drain(budget: number): Promise<void> {
    for (let left = budget; left > 0; ) {
      const made = await this.#sendRound(this.queues, left)
      if (made === 0) {
        return
      }
      left -= made
    }
  }

  async #sendFull(): Promise<void> {
    await sleep(0)
    const full = this.queues.filter((queue) => queue.isBatchFull)
    await this.#sendRound(full, full.length)
  }

  async #flushOnTimer(): Promise<void> {
    // The specification forbids concurrent exports.
    await this.#flushing
    this.#flushing = this.#collect(undefined, Date.now()).then(() =>
      this.#drain(Number.POSITIVE_INFINITY),
    )
    await this.#flushing
    if (this.#resumeMs !== undefined) {
      this.schedule()
    }
  }

  /** When there will be something to send; undefined when there is nothing. */
  get #resumeMs(): number | undefined {
    let resumeMs: number | undefined
    for (const { dueMs } of [...this.queues, ...this.#collectors]) {
      if (dueMs !== undefined && (resumeMs === undefined || dueMs < resumeMs)) {
        resumeMs = dueMs
      }
    }
    return resumeMs
  }

  async #collect(env: unknown, nowMs: number): Promise<void> {
    for (const collector of this.#collectors) {
      if ((collector.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
        this.#lastRoundMs = Date.now()
        await collector.collect(env)
      }
    }
  }

  /** Sends one batch of each queue that is due. Returns the number of requests made. */
  async #sendRound(queues: readonly Queue[], budget: number): Promise<number> {
    let made = 0
    const remaining = new Set(queues)
    const sendNext = async (): Promise<void> => {
      for (const queue of remaining) {
        remaining.delete(queue)
        const batch = made < budget ? queue.take(Date.now()) : undefined
        if (batch) {
          made++
          this.#lastRoundMs = Date.now()
          queue.settle(batch, await this.#send(queue, batch), Date.now())
        }
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, sendNext))
    return made
  }
}
