import type { Context, Next } from 'hono'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { activeContext } from '../../context/async-context.ts'
import { whenRejected } from '../../context/results/rejection.ts'
import { watchSettled } from '../../context/results/watch.ts'
import { Watcher } from '../../context/results/watcher.ts'
import type { Handler } from '../chain/matched.ts'

/** Why middleware let nobody through. */
export interface Refusal {
  /** What it threw, also when an error handler of a sub-app has answered for it. */
  readonly error: unknown
  /** What it answered with. */
  readonly response: unknown
  /** Whether it has called `next` before. */
  readonly hasPassed: boolean
}

/** Is told what middleware did with a request: at most one of each, and of what passed, no answer. */
export interface Told {
  passed(c: Context): void
  /** Perhaps after all: a time-out refuses what it let through before. */
  refused(c: Context, refusal: Refusal): void
}

/** Runs middleware, and tells. It is called, and returns, as if nobody listened. */
export const observePassing = (handler: Handler, c: Context, next: Next, told: Told): unknown => {
  let hasPassed = false
  let behind: unknown = NOTHING
  const watcher = new PassingWatcher(
    (response) => {
      if (!hasPassed) {
        told.refused(c, { error: c.error, response: response ?? assigned(c), hasPassed })
      }
    },
    (error) => {
      // What failed behind it is not its own doing.
      if (error !== behind) {
        told.refused(c, { error, response: undefined, hasPassed })
      }
    },
  )
  const watchedNext: Next = () => {
    if (!hasPassed) {
      hasPassed = true
      guard(() => told.passed(c))
    }
    const rest = next()
    whenRejected(rest, (error) => {
      behind = error
    })
    return rest
  }
  let result: unknown
  try {
    result = handler(c, watchedNext)
  } catch (error) {
    watcher.fail(error)
    throw error
  }
  watchSettled(result, watcher)
  return result
}

const NOTHING = {}

/** Answering by `c.res = …` is as good. To read it where there is none would make one. */
const assigned = (c: Context): unknown => (c.finalized ? c.res : undefined)

/** An answer such as that to a preflight, or of a handler that only has the name of middleware, turns nobody away. */
export const isSuccess = ({ error, response }: Refusal): boolean => {
  const status = readProperty(response, 'status')
  return error === undefined && typeof status === 'number' && status >= 200 && status < 300
}

class PassingWatcher extends Watcher {
  readonly #answered: (response: unknown) => void
  readonly #threw: (error: unknown) => void
  #response: unknown

  constructor(answered: (response: unknown) => void, threw: (error: unknown) => void) {
    super(activeContext())
    this.#answered = answered
    this.#threw = threw
  }

  override settled(response: unknown): void {
    this.#response = response
    this.end()
  }

  protected ended(): void {
    this.#answered(this.#response)
  }

  protected failed(error: unknown): void {
    this.#threw(error)
  }
}
