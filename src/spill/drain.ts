import { backoffMs } from '../pipeline/backoff.ts'
import type { Queue } from '../pipeline/pipeline.ts'
import type { SpillTarget } from '../pipeline/spill.ts'
import { warnOnce } from '../warn.ts'
import type { SpillOptions } from './options.ts'
import { restore } from './restore.ts'
import { LEASE_MS, type ListedStore } from './store.ts'

/** Batches of one go, and its time: new records wait for it. */
const MAX_BATCHES = 20
const MAX_MS = 2000

/** How often an isolate looks for what others, now dead, have left. */
const IDLE_MS = 10 * 60_000

/** A request does not lead for longer. */
const REQUEST_MS = 30_000

/** A leader does not stay for what is due later than this. */
const SOON_MS = 2000

/** Empties the store of one signal's batches, once the receiver has taken something. */
export class Drain {
  readonly #store: ListedStore
  readonly #target: SpillTarget
  readonly #queue: Queue
  readonly #scope: string
  readonly #settings: Required<SpillOptions>
  #nextMs = 0
  #windowUntilMs = 0
  #sentInWindow = 0

  constructor(
    store: ListedStore,
    target: SpillTarget,
    queue: Queue,
    scope: string,
    settings: Required<SpillOptions>,
  ) {
    this.#store = store
    this.#target = target
    this.#queue = queue
    this.#scope = scope
    this.#settings = settings
  }

  /** When to go on; undefined when not soon. */
  get dueMs(): number | undefined {
    const { lastSuccessMs, consecutiveFailures } = this.#queue.counts
    const isThere = lastSuccessMs > 0 && consecutiveFailures === 0
    return isThere && this.#nextMs <= Date.now() + SOON_MS ? this.#nextMs : undefined
  }

  /** Call when something has been stored. */
  stored(): void {
    this.#nextMs = 0
  }

  /** Sends some of what is stored, oldest first. Never rejects. */
  async run(env: unknown): Promise<void> {
    const startedMs = Date.now()
    if (env === undefined || startedMs < (this.dueMs ?? Number.POSITIVE_INFINITY)) {
      return
    }
    // Unless something is stored meanwhile.
    this.#nextMs = startedMs + LEASE_MS
    let pauseMs: number
    try {
      pauseMs = await this.#sendSome(env, startedMs + MAX_MS)
    } catch (error) {
      warnOnce(`spilled ${this.#queue.signal} not restored: ${error}`, `restore ${this.#scope}`)
      pauseMs = LEASE_MS
    }
    if (this.#nextMs > 0) {
      this.#nextMs = Date.now() + pauseMs
    }
  }

  /** Returns how long to wait before the next go. */
  async #sendSome(env: unknown, endMs: number): Promise<number> {
    const ids = await this.#store.list(env, this.#scope, MAX_BATCHES)
    if (!ids.length) {
      return IDLE_MS
    }
    if (!(await this.#store.lease(env, this.#scope))) {
      return LEASE_MS * (0.5 + Math.random() / 2)
    }
    const { maxAgeMs, maxPerRequest } = this.#settings
    if (Date.now() >= this.#windowUntilMs) {
      this.#windowUntilMs = Date.now() + REQUEST_MS
      this.#sentInWindow = 0
    }
    for (const id of ids) {
      if (Date.now() > endMs) {
        break
      }
      if (this.#sentInWindow++ >= maxPerRequest) {
        return this.#windowUntilMs - Date.now()
      }
      const batch = await this.#store.get(env, this.#scope, id)
      if (batch) {
        const outcome = await restore(this.#target, this.#queue, batch, maxAgeMs, env)
        if (outcome.kind === 'retry') {
          return outcome.afterMs ?? backoffMs(this.#queue.counts.consecutiveFailures)
        }
        await this.#store.delete(env, this.#scope, id)
      }
    }
    return 0
  }
}
