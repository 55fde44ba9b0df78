import { sleep, unrefTimer } from '../../base/sleep.ts'
import type { BatchConfig } from './batch-options.ts'
import type { Collector } from './collector.ts'
import { type Unled, unledListener } from './liveness.ts'
import type { SignalQueue } from './signal-queue.ts'

/** `waitUntil` lasts about 30 s after the response; what is sent later is cut off. */
const LEASE_MS = 25_000

/** A leader that waits for one receiver to be back looks this often whether there is something for another. */
const LOOK_MS = 1000

/** Fewer ends of calls than this while a round is sent: an object sleeps in between, and had better not be kept awake. */
const BUSY_CALLS = 10

/** Wait for company when the process is about to end, where every request's records leave at once. */
const HURRIED_MS = 50

export type Queue = SignalQueue<never>

/** Whether it is not over yet. One that lasts longer than any is of a time when the clock was ahead. */
const isWithin = (nowMs: number, untilMs: number, longestMs: number): boolean =>
  nowMs < untilMs && untilMs <= nowMs + longestMs

/**
 * Decides when to send; nothing else does.
 *
 * With `waitUntil` it is a group commit with a lease. The first request that finds no live lease leads: it
 * sends everybody's records until none are left, while the others just append theirs. The lease is a
 * timestamp, not a promise or a timer: those die with the request that made them, and a lease whose owner
 * died simply runs out. Without `waitUntil` it is the specification's batch processor, on a timer.
 */
export class Pipeline implements Unled {
  readonly queues: readonly Queue[]
  /** Requests that have begun and not ended. */
  active = 0
  /** Requests that have ended. */
  ended = 0
  readonly #collectors: readonly Collector[]
  /** All that may have something to send. */
  readonly #sources: readonly (Queue | Collector)[]
  readonly #batch: BatchConfig
  readonly #concurrency: number
  /** The bindings, which are the same for every request of an isolate. */
  #env: unknown
  #leaseUntilMs = 0
  /** Who is about to take a full batch beside the leader, and has not until then, died with its request. */
  #fullUntilMs = 0
  #lastRoundMs = 0
  #timer: unknown
  #timerDueMs = 0
  #flushing: Promise<unknown> | undefined
  /** A flush that has made no progress until then died with its request. */
  #flushUntilMs = 0
  #isDirty = false
  #isHurried = false
  #isStopped = false

  /**
   * @param concurrency Export requests at a time, so that the app keeps most of the six connections an invocation
   *   may open. Default 2.
   */
  constructor(
    queues: readonly Queue[],
    collectors: readonly Collector[],
    batch: BatchConfig,
    concurrency = 2,
  ) {
    this.queues = queues
    this.#collectors = collectors
    this.#sources = [...queues, ...collectors]
    this.#batch = batch
    this.#concurrency = concurrency
    for (const queue of queues) {
      // What is collected is brought by who sends it.
      if (queue.signal !== 'metrics') {
        // biome-ignore lint/plugin: made once
        queue.onAdd = () => this.noteRecorded(false)
      }
    }
  }

  /** Call when a request begins. `afterRequest` or `schedule` ends it. */
  open(): void {
    this.active++
  }

  /**
   * Call when a request has handed in its records.
   *
   * @param env The request's bindings.
   * @param isAwake Whether its wait costs money, as that of a Durable Object does, which is billed by the time that it is
   *   kept from sleeping: it sends at once, and waits for no company.
   * @returns What the request's `waitUntil` must wait for; undefined when another request takes care.
   */
  afterRequest(env?: unknown, isAwake = false): Promise<void> | undefined {
    this.#endRequest()
    // Not everybody has bindings to hand over, as a processor of another tracer.
    this.#env = env ?? this.#env
    return this.lead(isAwake)
  }

  /** Call when something was recorded, whenever that is: somebody must send it. Sums wait for any timer. */
  noteRecorded(isSum: boolean): void {
    const unled = unledListener()
    if (!unled) {
      return
    }
    const nowMs = Date.now()
    const latestMs = isSum ? Infinity : nowMs + this.#batch.delayMs
    const isTimed = this.#timerDueMs >= nowMs && this.#timerDueMs <= latestMs
    if ((!isTimed || this.#isHurried) && !this.#isLed(nowMs)) {
      unled(this)
    }
  }

  lead(isAwake = false): Promise<void> | undefined {
    const nowMs = Date.now()
    if (this.#isStopped) {
      return undefined
    }
    for (const queue of this.queues) {
      queue.reclaim(nowMs)
    }
    if (!this.#isLed(nowMs)) {
      return this.#resumeMs === undefined ? undefined : this.#lead(nowMs, this.#env, isAwake)
    }
    // The leader lingers; memory does not wait for it.
    return this.#isFull(nowMs) && !isWithin(nowMs, this.#fullUntilMs, LOOK_MS)
      ? this.#sendFull(nowMs)
      : undefined
  }

  /** Call when a request has handed in its records where no `waitUntil` exists: they leave on a timer. */
  schedule(): void {
    this.#endRequest()
    this.#arm()
  }

  arm(): void {
    this.#isDirty = true
    this.#arm()
  }

  /** From now on, records leave as soon as their request ends, and the process lives until they have. */
  hurry(): void {
    this.#isHurried = true
    this.#arm()
  }

  /** Counts as dropped what has not left, and whatever comes. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer as number)
    for (const queue of this.queues) {
      queue.close()
    }
  }

  /**
   * Sends all there is now, whatever backoff says.
   *
   * @returns Whether receivers took all of it.
   */
  async flush(): Promise<boolean> {
    await this.#exclusively(async () => {
      this.#isDirty = false
      await this.#flushOnce()
      // A receiver that was away has been asked with an empty request, and metrics still wait.
      if (
        this.isDelivered &&
        this.#collectors.some(({ dueMs = Infinity }) => dueMs <= Date.now())
      ) {
        await this.#flushOnce()
      }
    })
    return this.isDelivered
  }

  async #flushOnce(): Promise<void> {
    await this.#collect(undefined, Infinity)
    for (const queue of this.queues) {
      queue.notBeforeMs = 0
    }
    // Not until nothing is left, which may never be: a queue that is not full is emptied by one round.
    let wasFull: boolean
    do {
      wasFull = this.#isFull(Date.now())
    } while ((await this.#sendAll()) > 0 && wasFull)
  }

  /** Whether receivers took what was sent last. */
  get isDelivered(): boolean {
    return this.queues.every(({ counts }) => counts.consecutiveFailures === 0)
  }

  async #lead(nowMs: number, env: unknown, isAwake: boolean): Promise<void> {
    const { maxLingerMs, maxSubrequests } = this.#batch
    const leaseUntilMs = nowMs + LEASE_MS
    this.#leaseUntilMs = leaseUntilMs
    // Enough for a last round over every signal.
    const giveUpAt = maxSubrequests - this.queues.length
    let budget = maxSubrequests
    this.#lastRoundMs = Math.min(this.#lastRoundMs, nowMs)
    let waitMs = isAwake ? 0 : Math.max(0, this.#lastRoundMs + maxLingerMs - nowMs)
    try {
      for (;;) {
        // Also when there is nothing to wait for: encoding must not delay this request's own response.
        await sleep(waitMs)
        await this.#collect(env, Date.now())
        const ended = this.ended
        budget -= await this.#sendRound(this.queues, budget)
        if (isAwake && !this.#isDue) {
          // Metrics too, which would be held for company.
          await this.#collect(env, Date.now(), true)
          budget -= await this.#sendRound(this.queues, budget)
        }
        const resumeMs = this.#resumeMs
        if (resumeMs === undefined) {
          return
        }
        const isQuiet = isAwake && this.ended - ended < BUSY_CALLS
        const lingerMs = isQuiet || this.#isFull(Math.max(Date.now(), resumeMs)) ? 0 : maxLingerMs
        const roundMs = Math.max(resumeMs, this.#lastRoundMs + lingerMs)
        if (roundMs > leaseUntilMs || maxSubrequests - budget >= giveUpAt) {
          break
        }
        waitMs = Math.min(roundMs - Date.now(), LOOK_MS)
      }
    } finally {
      // Before the last round: a request that ends from here on leads for itself.
      if (this.#leaseUntilMs === leaseUntilMs) {
        this.#leaseUntilMs = 0
      }
    }
    await this.#collect(env, Date.now(), true)
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

  /** Of a thousand calls that end before the batch is taken, as within one invocation, one has a timer and is waited for. */
  async #sendFull(nowMs: number): Promise<void> {
    this.#fullUntilMs = nowMs + LOOK_MS
    await sleep(0)
    // From here on, another may: a slow receiver is sent several batches at a time.
    this.#fullUntilMs = 0
    const full = this.queues.filter((queue) => queue.isBatchFull)
    await this.#sendRound(full, full.length)
  }

  #isLed(nowMs: number): boolean {
    return isWithin(nowMs, this.#leaseUntilMs, LEASE_MS)
  }

  #endRequest(): void {
    this.active--
    this.ended++
    this.#isDirty = true
  }

  #isFull(nowMs: number): boolean {
    return this.queues.some((queue) => queue.isBatchFull && queue.isDue(nowMs))
  }

  #arm(): void {
    const nowMs = Date.now()
    const dueMs = this.#timerDue(nowMs)
    // A flush under way arms the next timer when it ends.
    if (this.#isStopped || dueMs === undefined || nowMs < this.#flushUntilMs) {
      return
    }
    // A due time that has passed unserved belongs to a timer that died with its request.
    if (this.#timerDueMs === 0 || dueMs < this.#timerDueMs || nowMs > this.#timerDueMs + 1000) {
      this.#timerDueMs = dueMs
      this.#timer = setTimeout(() => {
        if (this.#timerDueMs === dueMs) {
          this.#timerDueMs = 0
          void this.#flushOnTimer()
        }
      }, dueMs - nowMs)
      if (!this.#isUrgent) {
        unrefTimer(this.#timer)
      }
    }
  }

  /** A full batch leaves at once, others after the delay; metrics at their time, also when nothing happens. */
  #timerDue(nowMs: number): number | undefined {
    return this.#isUrgent
      ? nowMs + HURRIED_MS
      : this.#isFull(nowMs)
        ? nowMs
        : this.#nextMs(nowMs, nowMs + this.#batch.delayMs)
  }

  get #isUrgent(): boolean {
    return this.#isHurried && this.#isDirty
  }

  async #flushOnTimer(): Promise<void> {
    if (this.#isHurried) {
      await this.flush()
    } else {
      await this.#exclusively(async () => {
        await this.#collect(undefined, Date.now())
        while ((await this.#sendAll()) > 0 && this.#isFull(Date.now())) {
          // What is less than a full batch waits for the next time.
        }
      })
    }
    this.#arm()
  }

  #sendAll(): Promise<number> {
    this.#flushUntilMs = Date.now() + LEASE_MS
    return this.#sendRound(this.queues, Infinity)
  }

  /** The specification forbids concurrent exports. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    // Never the same one twice: one that had been taken for dead may still move the time.
    for (let seen: unknown; Date.now() < this.#flushUntilMs && seen !== this.#flushing; ) {
      seen = this.#flushing
      await seen
    }
    this.#flushUntilMs = Date.now() + LEASE_MS
    this.#flushing = work().finally(() => {
      this.#flushUntilMs = 0
    })
    await this.#flushing
  }

  /** Whether there is something to send now. */
  get #isDue(): boolean {
    return (this.#resumeMs ?? Infinity) <= Date.now()
  }

  /** When there will be something to send that is worth waiting for; undefined when there is nothing. */
  get #resumeMs(): number | undefined {
    return this.#nextMs(-Infinity, 0, Date.now())
  }

  /** The same, with what is due by `nowMs` put off to `laterMs`. Whose receiver is away is not waited for. */
  #nextMs(nowMs: number, laterMs: number, longestMs = Infinity): number | undefined {
    let nextMs: number | undefined
    for (const { dueMs, isAway } of this.#sources) {
      if (dueMs !== undefined && !(isAway && dueMs > longestMs)) {
        nextMs = Math.min(nextMs ?? Infinity, dueMs > nowMs ? dueMs : laterMs)
      }
    }
    return nextMs
  }

  async #collect(env: unknown, nowMs: number, isLeaving = false): Promise<void> {
    for (const collector of this.#collectors) {
      const { dueMs, leaveMs = dueMs } = collector
      if (((isLeaving ? leaveMs : dueMs) ?? Infinity) <= nowMs) {
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
        do {
          const batch = made < budget ? queue.take(Date.now()) : undefined
          if (!batch) {
            break
          }
          made++
          this.#lastRoundMs = Date.now()
          const outcome = await queue.export(batch, this.#env)
          if (outcome.kind === 'refused' && outcome.isUnsent) {
            made--
          }
          queue.settle(batch, outcome, Date.now())
        } while (queue.isInParts)
      }
    }
    await Promise.all(Array.from({ length: this.#concurrency }, sendNext))
    return made
  }
}
