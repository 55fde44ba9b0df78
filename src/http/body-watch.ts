import { unrefTimer } from '../base/sleep.ts'

/** How a body ended: by itself, by the reader going away, by its source failing, or by falling silent. */
export type BodyEnd = 'end' | 'cancel' | 'error' | 'timeout'

/**
 * One body while it is sent. It counts as over when it ends, or when nothing of it came for `silenceMs`; whether
 * something still comes after that can be asked.
 */
export class BodyWatch {
  readonly #silenceMs: number
  #onEnd: ((end: BodyEnd, error: unknown) => void) | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastMs = 0
  #pipes = 0
  #hasEnded = false

  constructor(silenceMs: number, onEnd: (end: BodyEnd, error: unknown) => void) {
    this.#silenceMs = silenceMs
    this.#onEnd = onEnd
  }

  start(): void {
    this.flows()
    this.#arm(this.#silenceMs)
  }

  /** A chunk came by. */
  flows(): void {
    this.#lastMs = performance.now()
  }

  /** Where chunks cannot be seen, as long as this has not settled the body counts as flowing. */
  pipes(piping: PromiseLike<unknown>): void {
    const settled = () => {
      this.#pipes--
      this.flows()
    }
    this.#pipes++
    piping.then(settled, settled)
  }

  end(end: BodyEnd, error?: unknown): void {
    this.#hasEnded = true
    this.#tell(end, error)
  }

  /** Whether it goes on, and something came in the last so many milliseconds. */
  hasFlowed(withinMs: number): boolean {
    return !this.#hasEnded && this.#silentMs < withinMs
  }

  get #silentMs(): number {
    return this.#pipes ? 0 : performance.now() - this.#lastMs
  }

  // One timer, which looks back when it fires: setting it anew for each chunk would cost more than the chunk.
  #arm(delayMs: number): void {
    this.#timer = setTimeout(() => {
      const leftMs = this.#silenceMs - this.#silentMs
      if (leftMs > 0) {
        this.#arm(leftMs)
      } else {
        this.#tell('timeout', undefined)
      }
    }, delayMs)
    // Nobody may ever read it: no reason for a process to live on.
    unrefTimer(this.#timer)
  }

  #tell(end: BodyEnd, error: unknown): void {
    const onEnd = this.#onEnd
    // workerd may report the same end twice, and keeps streams, which lead here, far longer than what they end.
    this.#onEnd = undefined
    clearTimeout(this.#timer)
    onEnd?.(end, error)
  }
}
