/** One thing that happened, ready to be written. */
export interface LiveEvent {
  /** Rises by one with each event. */
  number: number
  type: 'trace' | 'log' | 'gap'
  services: readonly string[]
  /** Of a log record; 0 for others. */
  severity: number
  /** '' for what has none. */
  traceId: string
  json: string
}

/** Receives events until it is removed. */
export type Listener = (event: LiveEvent) => void

const MAX_REMEMBERED = 1000
const REMEMBER_AFTER_LAST_MS = 60_000

/** Hands what is new to all who watch, and remembers the last for those who come back. */
export class LiveHub {
  /** Tells numbers of this process from those of an earlier one. */
  readonly epoch: string
  readonly #now: () => number
  readonly #listeners = new Set<Listener>()
  #events: LiveEvent[] = []
  #number = 0
  #leftMs = Number.NEGATIVE_INFINITY

  constructor(now: () => number) {
    this.#now = now
    this.epoch = now().toString(36)
  }

  /** Whether anyone watches, or may be about to come back. Otherwise events need not be made. */
  get isWatched(): boolean {
    return this.#listeners.size > 0 || this.#now() - this.#leftMs < REMEMBER_AFTER_LAST_MS
  }

  get listeners(): number {
    return this.#listeners.size
  }

  publish(event: Omit<LiveEvent, 'number'>): void {
    const numbered = { ...event, number: ++this.#number }
    this.#events.push(numbered)
    if (this.#events.length > 2 * MAX_REMEMBERED) this.#events = this.#events.slice(-MAX_REMEMBERED)
    for (const listener of this.#listeners) listener(numbered)
  }

  /**
   * Listens from now on. `lastId`, the id of an event that was received, brings what was missed
   * since; when that is not known any more, `missed` is true. Returns how to stop.
   */
  listen(listener: Listener, lastId?: string): { stop: () => void; missed: boolean } {
    const [epoch, number] = lastId?.split('-') ?? []
    const first = this.#events[0]?.number ?? this.#number + 1
    const since = Number(number)
    const isKnown = epoch === this.epoch && since >= first - 1
    if (isKnown) for (const event of this.#events) if (event.number > since) listener(event)
    this.#listeners.add(listener)
    return {
      missed: lastId !== undefined && !isKnown,
      stop: () => {
        this.#listeners.delete(listener)
        this.#leftMs = this.#now()
      },
    }
  }
}
