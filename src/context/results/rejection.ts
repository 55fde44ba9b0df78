import { guard } from '../../base/guard.ts'
import { activeContext } from '../async-context.ts'
import { watchSettled } from './watch.ts'
import { Watcher } from './watcher.ts'

class RejectionWatcher extends Watcher {
  readonly #told: (error: unknown) => void

  constructor(told: (error: unknown) => void) {
    super(activeContext())
    this.#told = told
  }

  protected ended(): void {}

  protected failed(error: unknown): void {
    this.#told(error)
  }
}

/** Tells what a promise is rejected with, which remains unhandled where nobody else handles it. Takes anything. */
export const whenRejected = (result: unknown, told: (error: unknown) => void): void => {
  guard(() => watchSettled(result, new RejectionWatcher(told)))
}
