import { type Context, trace } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { activeContext, runWithContext } from '../async-context.ts'

/** A span that tells when the one at the root of its local trace ends. */
export interface Rooted {
  /** @returns What takes the request back. */
  whenRootEnds(call: () => void): () => void
}

/** Is told, once, how what a call returned came to its end: at once, with a promise, or after many steps. */
export abstract class Watcher {
  readonly context: Context
  /** Where it has been called from. */
  readonly from: Context = activeContext()
  /** Who has begun with it, of those who watch the same. */
  group: readonly Watcher[] | undefined
  #isOver = false
  #forget: (() => void) | undefined
  #whenOver: (() => void)[] | undefined
  #judge: ((value: unknown) => void) | undefined

  /** @param context What is called between two steps has it. */
  constructor(context: Context) {
    this.context = context
  }

  protected abstract ended(): void
  protected abstract failed(error: unknown): void

  /** Has what the call answers, or its promise, say whether that is its end. */
  whenSettled(judge: (value: unknown) => void): void {
    this.#judge = judge
  }

  /** What the call has answered, or its promise. */
  settled(value: unknown): void {
    if (this.#judge) {
      this.#judge(value)
    } else {
      this.end()
    }
  }

  end(): void {
    if (this.#close()) {
      guard(() => this.ended())
    }
  }

  fail(error: unknown): void {
    if (this.#close()) {
      guard(() => this.failed(error))
    }
  }

  run<T>(step: () => T): T {
    return runWithContext(this.context, step)
  }

  /** Runs one step. What it throws is what the work has failed with. */
  step<T>(step: () => T): T {
    try {
      return this.run(step)
    } catch (error) {
      this.fail(error)
      throw error
    }
  }

  /**
   * It has not begun, and perhaps nobody begins it, or the runtime does unseen: then it ends with the request.
   *
   * @param isWatched What is handed on: whether there is anything to wait for.
   */
  wait(isWatched = true): boolean {
    if (isWatched && !this.#isOver) {
      this.begin()
      this.group = undefined
      const span = trace.getSpan(this.context) as Partial<Rooted> | undefined
      this.#forget = span?.whenRootEnds?.(() => this.end())
    }
    return isWatched
  }

  /** It has begun, and its end will be seen. */
  begin(): void {
    this.#forget?.()
    this.#forget = undefined
  }

  /** Has it forgotten by what it is watched with. */
  whenOver(call: () => void): void {
    if (this.#isOver) {
      call()
    } else {
      this.#whenOver = [...(this.#whenOver ?? []), call]
    }
  }

  /** Watches one of several parts, the last of which is the end. */
  part(isLast: () => boolean): Watcher {
    return new Part(this, isLast)
  }

  #close(): boolean {
    if (this.#isOver) {
      return false
    }
    this.begin()
    this.#isOver = true
    for (const call of this.#whenOver ?? []) {
      guard(call)
    }
    return true
  }
}

class Part extends Watcher {
  readonly #whole: Watcher
  readonly #isLast: () => boolean

  constructor(whole: Watcher, isLast: () => boolean) {
    super(whole.context)
    this.#whole = whole
    this.#isLast = isLast
  }

  protected ended(): void {
    if (this.#isLast()) {
      this.#whole.end()
    }
  }

  protected failed(error: unknown): void {
    this.#isLast()
    this.#whole.fail(error)
  }
}
