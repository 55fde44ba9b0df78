import { environmentReader } from './environment.ts'
import { installExitHooks, type ProcessEnd } from './exit-hooks.ts'
import { platformResource } from './platform.ts'

interface Waiter {
  waitUntil(promise: Promise<unknown>): void
}

/** Where processes live on for a while after a response, nobody has to be told. */
let unattended: Waiter | undefined = {
  waitUntil(promise) {
    promise.catch(() => {})
  },
}

/** From now on, who calls the app sees to it that everything has left before the platform stops the process. */
export const flushItself = (): void => {
  unattended = undefined
}

let isHosted: boolean | undefined

/**
 * What keeps work alive in a process: nothing, where timers outlive a response. Prepares for the process's end.
 *
 * @param isShortLived Whether what runs this code comes and goes with the requests.
 */
export const processWaiter = (end: ProcessEnd, isShortLived: boolean): Waiter | undefined => {
  isHosted ??= !!platformResource(environmentReader(undefined))
  if (isHosted || !isShortLived) {
    installExitHooks(end)
  }
  return isHosted ? unattended : undefined
}
