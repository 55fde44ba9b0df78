import { sleep } from '../base/sleep.ts'
import type { AggregatorAck, AggregatorPush } from '../export/aggregator/protocol.ts'
import { lengthOf, MAX_PUSH_LENGTH } from '../export/aggregator/split.ts'

/** Longest wait for company, in milliseconds. Senders give an answer 5 s. */
export const GROUP_MS = 1000

/** With pushes of so many other isolates in the last `GROUP_MS`, waiting is worth it. */
export const MIN_OTHERS = 4

/** So many pushes do not wait. */
const MAX_GROUP = 256

interface Waiting {
  readonly push: AggregatorPush
  readonly settle: (ack: AggregatorAck) => void
  readonly fail: (error: unknown) => void
}

/**
 * Group commit: pushes of many isolates share a row. Each is answered after it has been stored, so that nothing is
 * acknowledged that could be lost. Pushes that are few and far between do not wait.
 */
export class PushGroup {
  readonly #commit: (pushes: readonly AggregatorPush[]) => AggregatorAck[]
  readonly #seen = new Map<string, number>()
  #waiting: Waiting[] = []
  #length = 0

  /** @param commit Stores pushes all together, or throws and stores none. */
  constructor(commit: (pushes: readonly AggregatorPush[]) => AggregatorAck[]) {
    this.#commit = commit
  }

  async add(push: AggregatorPush, nowMs: number): Promise<AggregatorAck> {
    const isBusy = this.#note(push.instance, nowMs) >= MIN_OTHERS
    const ack = new Promise<AggregatorAck>((settle, fail) => {
      this.#waiting.push({ push, settle, fail })
    })
    // Whoever sleeps below hears of a failure later than it comes.
    ack.catch(() => {})
    this.#length += lengthOf(push.metrics)
    const isFull = this.#waiting.length >= MAX_GROUP || this.#length > MAX_PUSH_LENGTH
    if (!isBusy || isFull) {
      this.#flush()
    } else if (this.#waiting.length === 1) {
      await sleep(GROUP_MS)
      this.#flush()
    }
    return ack
  }

  #flush(): void {
    const group = this.#waiting
    this.#waiting = []
    this.#length = 0
    try {
      this.#settle(group)
    } catch (error) {
      if (group.length === 1) {
        group[0]?.fail(error)
        return
      }
      // One of them may be to blame, and none of the others.
      for (const one of group) {
        try {
          this.#settle([one])
        } catch (error) {
          one.fail(error)
        }
      }
    }
  }

  #settle(group: readonly Waiting[]): void {
    if (group.length) {
      const acks = this.#commit(group.map(({ push }) => push))
      group.forEach(({ settle }, i) => {
        settle(acks[i] as AggregatorAck)
      })
    }
  }

  /** Returns how many others have pushed of late. */
  #note(instance: string, nowMs: number): number {
    for (const [other, seenMs] of this.#seen) {
      if (Math.abs(nowMs - seenMs) > GROUP_MS) {
        this.#seen.delete(other)
      }
    }
    this.#seen.set(instance, nowMs)
    return this.#seen.size - 1
  }
}
