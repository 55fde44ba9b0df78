import { warnOnce } from '../../base/warn.ts'
import { backoffMs } from '../pipeline/backoff.ts'
import type { Collector } from '../pipeline/collector.ts'
import type { SpillRoute } from '../pipeline/spill.ts'
import type { SpillOptions } from './options.ts'
import { restore } from './restore.ts'
import { isSigned } from './signature.ts'
import { LEASE_MS, type ListedStore } from './store.ts'
import { isId } from './stored-batch.ts'

/** Batches of one go, and its time: new records wait for it. */
const MAX_BATCHES = 20
const MAX_MS = 2000

/** How often an isolate looks for what others, now dead, have left. */
const IDLE_MS = 10 * 60_000

/** A request does not lead for longer. */
const REQUEST_MS = 30_000

/** A leader does not stay for what is due later than this. */
const SOON_MS = 2000

/** What others have put into the store is remembered, so as not to be read again and again. */
const MAX_FOREIGN = 1000

/** Empties the store of one signal's batches, once the receiver has taken something. */
export class Drain implements Collector {
  readonly #store: ListedStore
  readonly #route: SpillRoute
  readonly #settings: Required<SpillOptions>
  #nextMs = 0
  #windowUntilMs = 0
  #sentInWindow = 0
  readonly #foreign = new Set<string>()
  /** The page to begin with; those before it have nothing but what is of others. */
  #from: string | undefined

  constructor(store: ListedStore, route: SpillRoute, settings: Required<SpillOptions>) {
    this.#store = store
    this.#route = route
    this.#settings = settings
  }

  /** When to go on; undefined when not soon. */
  get dueMs(): number | undefined {
    const { lastSuccessMs, consecutiveFailures } = this.#route.queue.counts
    const isThere = lastSuccessMs > 0 && consecutiveFailures === 0
    return isThere && this.#nextMs <= Date.now() + SOON_MS ? this.#nextMs : undefined
  }

  /** Call when something has been stored. */
  stored(): void {
    this.#nextMs = 0
  }

  /** Sends some of what is stored, oldest first. Never rejects. */
  async collect(env: unknown): Promise<void> {
    const startedMs = Date.now()
    if (env === undefined || startedMs < (this.dueMs ?? Infinity)) {
      return
    }
    // Unless something is stored meanwhile.
    this.#nextMs = startedMs + LEASE_MS
    let pauseMs: number
    try {
      pauseMs = await this.#sendSome(env, startedMs + MAX_MS)
    } catch (error) {
      warnOnce(
        `spilled ${this.#route.queue.signal} not restored: ${error}`,
        `restore ${this.#route.scope}`,
      )
      pauseMs = LEASE_MS
    }
    if (this.#nextMs > 0) {
      this.#nextMs = Date.now() + pauseMs
    }
  }

  /** Returns how long to wait before the next go. */
  async #sendSome(env: unknown, endMs: number): Promise<number> {
    const { ids, next } = await this.#store.list(env, this.#route.scope, MAX_BATCHES, this.#from)
    const ours = ids.filter((id) => isId(id) && !this.#foreign.has(id))
    if (!ids.every(isId)) {
      this.#warn()
    }
    if (!ours.length) {
      return this.#turnTo(next)
    }
    if (!(await this.#store.lease(env, this.#route.scope))) {
      return LEASE_MS * (0.5 + Math.random() / 2)
    }
    const { maxAgeMs, maxPerRequest } = this.#settings
    if (Date.now() >= this.#windowUntilMs) {
      this.#windowUntilMs = Date.now() + REQUEST_MS
      this.#sentInWindow = 0
    }
    let restored = 0
    for (const id of ours) {
      if (Date.now() > endMs) {
        return 0
      }
      if (this.#sentInWindow++ >= maxPerRequest) {
        return this.#windowUntilMs - Date.now()
      }
      const batch = await this.#store.get(env, this.#route.scope, id)
      if (batch && (await isSigned(this.#route, this.#route.scope, batch))) {
        restored++
        const outcome = await restore(this.#route, batch, maxAgeMs, env)
        if (outcome.kind === 'retry') {
          return outcome.afterMs ?? backoffMs(this.#route.queue.counts.consecutiveFailures)
        }
        await this.#store.delete(env, this.#route.scope, id)
      } else if (batch !== undefined) {
        this.#leave(id)
      }
    }
    return restored ? 0 : this.#turnTo(next)
  }

  /** Goes on behind what is not ours; at the end, begins again later. */
  #turnTo(next: string | undefined): number {
    this.#from = next
    return next === undefined ? IDLE_MS : 0
  }

  /** It may be somebody's data: it is neither sent nor deleted. */
  #leave(id: string): void {
    if (this.#foreign.size < MAX_FOREIGN) {
      this.#foreign.add(id)
    }
    this.#warn()
  }

  #warn(): void {
    warnOnce(
      `the store of spilled ${this.#route.queue.signal} holds what this service did not sign, or not with its present key; it is left there`,
      `foreign ${this.#route.scope}`,
    )
  }
}
