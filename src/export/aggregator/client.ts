import type { Attributes } from '@opentelemetry/api'
import { inTime, sleep } from '../../base/sleep.ts'
import { describeThrown } from '../../base/thrown.ts'
import type { MetricData } from '../../metrics/data.ts'
import { countPoints } from '../otlp/split-points.ts'
import {
  type AggregatorAck,
  type AggregatorNamespace,
  type AggregatorPush,
  aggregatorObject,
  MAX_PUSH_AGE_MS,
  REGISTRY,
  type Refusal,
} from './protocol.ts'
import { splitBySize } from './split.ts'

export type Collect = () => readonly MetricData[] | Promise<readonly MetricData[]>

/** Delivers one push. Rejects when it is not known to have arrived. Must use only what belongs to the current request. */
export interface AggregatorTransport {
  push(env: unknown, push: AggregatorPush): Promise<AggregatorAck>
  /** Tells the registry that a shard exists. */
  register(env: unknown, shard: string): Promise<void>
}

/** Who sends, and how hard it tries. */
export interface AggregatorSenderOptions {
  /** Random id of this isolate. */
  instance: string
  /** When this isolate started, in milliseconds since the epoch. */
  startMs: number
  resource: Attributes
  /** Name of the binding that leads to the aggregator. Default `METRICS`. */
  binding?: string
  /** Default: over the binding. */
  transport?: AggregatorTransport
  /** Time limit for one attempt, in milliseconds. Default 5000. */
  timeoutMs?: number
  /** Attempts per call of `push`. Default 3. */
  maxAttempts?: number
  /**
   * Collections that may wait for their acknowledgement; with so many, or with 16 MB, no new one is made. Default 8.
   */
  maxPending?: number
}

/** What a call of `push` achieved. Numbers are points. */
export interface PushReport {
  acknowledged: number
  /** Given up for good, by reason. */
  dropped: Record<string, number>
  /** Metrics that the aggregator does not take, each also in `dropped`. */
  refused: Refusal[]
  /** Still waiting; the next call sends them again. */
  pending: number
  /** Why the last attempt that failed did so. */
  error?: unknown
}

interface Pending {
  readonly push: Omit<AggregatorPush, 'floor' | 'registered'>
  readonly points: number
  readonly length: number
  /** Number of the collection it is a part of. */
  readonly collection: number
  /** Calls in which it could not be delivered. */
  failures: number
  /** Later ones that were acknowledged. */
  overtaken: number
  /** Until then a request is taken to be sending it. */
  claimedUntilMs: number
}

/** Characters that may wait. */
const MAX_PENDING_LENGTH = 16_000_000

/**
 * A push that so many later ones have overtaken is tried before any other: the aggregator tells no more than 64 of them
 * apart. It is given up when it failed so often that it may be the push itself. Where much is sent, it is overtaken while
 * it waits to be tried again, and that alone says nothing.
 */
const MAX_OVERTAKEN = 32

/** After so many failures the others need not wait: it may be the push, and not the aggregator. */
const MAX_FAILURES = 10

/** Over a Durable Object binding. A stub belongs to a request, so each call gets its own. */
export const bindingTransport = (binding: string): AggregatorTransport => {
  const objectOf = (env: unknown, name: string) => {
    const namespace = (env as Record<string, AggregatorNamespace | undefined> | undefined)?.[
      binding
    ]
    if (!namespace) {
      throw new TypeError(
        `Cannot push metrics: \`env.${binding}\` must be a Durable Object namespace`,
      )
    }
    return aggregatorObject(namespace, name)
  }
  return {
    push: async (env, push) => objectOf(env, push.shard).push(push),
    register: async (env, shard) => objectOf(env, REGISTRY).register(shard),
  }
}

/**
 * One isolate's side of the aggregator's protocol. Holds plain data only, so any request may call it, also
 * several at a time.
 */
export class AggregatorSender {
  readonly #options: Required<AggregatorSenderOptions>
  readonly #registered: Set<string> = new Set()
  #pending: Pending[] = []
  #nextSeq = 1

  constructor(options: AggregatorSenderOptions) {
    const binding = options.binding ?? 'METRICS'
    this.#options = {
      binding,
      transport: bindingTransport(binding),
      timeoutMs: 5000,
      maxAttempts: 3,
      maxPending: 8,
      ...options,
    }
  }

  /** Points that wait for their acknowledgement. */
  get pending(): number {
    return this.#pending.reduce((sum, { points }) => sum + points, 0)
  }

  /**
   * Makes a push of what `collect` returns and sends it, after those that still wait for their
   * acknowledgement. Never rejects.
   *
   * @param env The bindings of the current request.
   * @param shard Which object a new push goes to; see `aggregatorShard`.
   * @param collect Returns deltas, and is not called while too many pushes wait: what is not collected stays
   *   in the instruments and is not lost.
   */
  async push(env: unknown, shard: string, collect: Collect): Promise<PushReport> {
    const report: PushReport = { acknowledged: 0, dropped: {}, refused: [], pending: 0 }
    this.#giveUpOld(report)
    try {
      if (!this.#isFull) {
        this.#seal(shard, await collect())
      }
    } catch (error) {
      report.error = error
    }
    const tried = new Set<Pending>()
    let suspects = 0
    for (let next = this.#next(tried); next; next = this.#next(tried)) {
      tried.add(next)
      if (!(await this.#deliver(env, next, report)) && (!isSuspect(next) || ++suspects > 1)) {
        break
      }
    }
    report.pending = this.pending
    return report
  }

  get #isFull(): boolean {
    const collections = new Set(this.#pending.map(({ collection }) => collection))
    const length = this.#pending.reduce((sum, pending) => sum + pending.length, 0)
    return collections.size >= this.#options.maxPending || length >= MAX_PENDING_LENGTH
  }

  #giveUpOld(report: PushReport): void {
    const oldestMs = Date.now() - MAX_PUSH_AGE_MS
    this.#pending = this.#pending.filter(({ push, points }) => {
      const isOld = push.sealedMs < oldestMs
      if (isOld) {
        drop(report, 'expired', points)
      }
      return !isOld
    })
  }

  #seal(shard: string, metrics: readonly MetricData[]): void {
    const collection = this.#nextSeq
    for (const { metrics: lot, length } of splitBySize(metrics)) {
      const { instance, startMs, resource, binding } = this.#options
      const push = { instance, seq: this.#nextSeq++, startMs, sealedMs: Date.now(), shard, binding }
      this.#pending.push(toPending({ ...push, resource, metrics: lot }, collection, length))
    }
  }

  /**
   * The oldest that no other request is sending; those that often failed come last. A claim runs out by itself: its
   * request may have been cut off.
   */
  #next(tried: ReadonlySet<Pending>): Pending | undefined {
    const nowMs = Date.now()
    // A claim that reaches further is of a time when the clock was ahead.
    const isClaimed = ({ claimedUntilMs }: Pending): boolean =>
      claimedUntilMs > nowMs && claimedUntilMs <= nowMs + this.#options.timeoutMs
    const stuck = this.#pending.find(({ overtaken }) => overtaken >= MAX_OVERTAKEN)
    if (stuck) {
      return isClaimed(stuck) ? undefined : stuck
    }
    let next: Pending | undefined
    for (const one of this.#pending) {
      if (!tried.has(one) && !isClaimed(one) && (!next || rank(one) < rank(next))) {
        next = one
      }
    }
    return next
  }

  /** Returns whether it was acknowledged. */
  async #deliver(env: unknown, pending: Pending, report: PushReport): Promise<boolean> {
    const { timeoutMs, maxAttempts, transport } = this.#options
    const { shard } = pending.push
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      try {
        pending.claimedUntilMs = Date.now() + timeoutMs
        const push = {
          ...pending.push,
          floor: Math.min(...this.#pending.map(({ push: { seq } }) => seq)),
          registered: this.#registered.has(shard),
        }
        const ack = await withTimeout(transport.push(env, push), timeoutMs)
        this.#settle(pending, ack, report)
        if (ack.register && !push.registered) {
          // Its failure is no failure of the push: the next acknowledgement asks again.
          await withTimeout(transport.register(env, shard), timeoutMs).then(
            () => this.#registered.add(shard),
            () => {},
          )
        }
        return true
      } catch (error) {
        report.error = error
        if (isUnsendable(error)) {
          // It never left: in parts, what can be sent is.
          this.#divide(pending, report)
          return true
        }
        if (attempt < maxAttempts) {
          await sleep(100 * 2 ** attempt * (0.5 + Math.random() / 2))
        }
      }
    }
    pending.claimedUntilMs = 0
    pending.failures++
    if (pending.overtaken >= MAX_OVERTAKEN && isSuspect(pending)) {
      this.#pending = this.#pending.filter((other) => other !== pending)
      drop(report, 'undeliverable', pending.points)
    }
    return false
  }

  /** Replaces a push that cannot be sent by its halves; a single point is dropped. */
  #divide(pending: Pending, report: PushReport): void {
    const { push, points, length, collection } = pending
    this.#pending = this.#pending.filter((other) => other !== pending)
    if (points <= 1) {
      const [{ name = '' } = {}] = push.metrics
      drop(report, 'unsendable', points)
      report.refused.push({ name, reason: 'unsendable' })
      return
    }
    const each = push.metrics.flatMap((metric) =>
      metric.points.map((point) => ({ ...metric, points: [point] }) as MetricData),
    )
    const half = Math.ceil(points / 2)
    const first = each.slice(0, half)
    const second = each.slice(half)
    this.#pending.push(
      toPending({ ...push, metrics: first }, collection, length / 2),
      toPending({ ...push, seq: this.#nextSeq++, metrics: second }, collection, length / 2),
    )
  }

  #settle(pending: Pending, { refused }: AggregatorAck, report: PushReport): void {
    this.#pending = this.#pending.filter((other) => other !== pending)
    let acknowledged = pending.points
    for (const refusal of refused) {
      const { name, reason } = refusal
      const { metrics } = pending.push
      const points = countPoints(metrics.filter((metric) => name === '*' || metric.name === name))
      drop(report, reason, points)
      report.refused.push(refusal)
      acknowledged -= points
    }
    report.acknowledged += acknowledged
    for (const other of this.#pending) {
      other.overtaken += Number(other.push.seq < pending.push.seq)
    }
  }
}

const isSuspect = ({ failures }: Pending): boolean => failures >= MAX_FAILURES

const rank = (pending: Pending): number => (isSuspect(pending) ? pending.failures : 0)

const toPending = (push: Pending['push'], collection: number, length: number): Pending => ({
  push,
  points: countPoints(push.metrics),
  length,
  collection,
  failures: 0,
  overtaken: 0,
  claimedUntilMs: 0,
})

/** Whether a push failed on the sender's side, of what it is: too large for RPC, or not plain data. */
const isUnsendable = (error: unknown): boolean =>
  /DataClone|could not be (cloned|serialized)|not serialize|32 ?MiB/i.test(describeThrown(error))

const drop = ({ dropped }: PushReport, reason: string, points: number): void => {
  dropped[reason] = (dropped[reason] ?? 0) + points
}

/** Rejects when the promise has not settled in time; a call over RPC cannot be cancelled. */
const withTimeout = <T>(promise: Promise<T>, timeoutMs: number): Promise<T> =>
  inTime(promise, timeoutMs, () => {
    throw new Error(`No answer within ${timeoutMs} ms`)
  })
