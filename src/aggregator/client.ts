import type { Attributes } from '@opentelemetry/api'
import type { MetricData } from '../metrics/data.ts'
import { sleep } from '../pipeline/sleep.ts'
import {
  type AggregatorAck,
  type AggregatorNamespace,
  type AggregatorPush,
  aggregatorObject,
  MAX_PUSH_AGE_MS,
  REGISTRY,
  type Refusal,
} from './protocol.ts'

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
  /** Pushes that may wait for their acknowledgement; with so many, no new one is made. Default 8. */
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
  /** Until then a request is taken to be sending it. */
  claimedUntilMs: number
}

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
      if (this.#pending.length < this.#options.maxPending) {
        this.#seal(shard, await collect())
      }
    } catch (error) {
      report.error = error
    }
    let next = this.#unclaimed()
    while (next && (await this.#deliver(env, next, report))) {
      next = this.#unclaimed()
    }
    report.pending = this.pending
    return report
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
    const points = countPoints(metrics)
    if (points) {
      const { instance, startMs, resource, binding } = this.#options
      const push = { instance, seq: this.#nextSeq++, startMs, sealedMs: Date.now(), shard, binding }
      this.#pending.push({ push: { ...push, resource, metrics }, points, claimedUntilMs: 0 })
    }
  }

  /** The oldest that no other request is sending. A claim runs out by itself: its request may have been cut off. */
  #unclaimed(): Pending | undefined {
    const nowMs = Date.now()
    return this.#pending.find(({ claimedUntilMs }) => claimedUntilMs <= nowMs)
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
        if (attempt < maxAttempts) {
          await sleep(100 * 2 ** attempt * (0.5 + Math.random() / 2))
        }
      }
    }
    pending.claimedUntilMs = 0
    return false
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
  }
}

const countPoints = (metrics: readonly MetricData[]): number =>
  metrics.reduce((sum, { points }) => sum + points.length, 0)

const drop = ({ dropped }: PushReport, reason: string, points: number): void => {
  dropped[reason] = (dropped[reason] ?? 0) + points
}

/** Rejects when the promise has not settled in time; a call over RPC cannot be cancelled. */
const withTimeout = async <T>(promise: Promise<T>, timeoutMs: number): Promise<T> => {
  let fail: (error: Error) => void = () => {}
  const late = new Promise<never>((_, reject) => {
    fail = reject
  })
  const timer = setTimeout(() => fail(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
