import { activeContext } from '../context/async-context.ts'
import type { Unled } from '../export/pipeline/liveness.ts'
import { runtimeName } from '../runtimes/runtime-name.ts'
import { currentScope } from '../telemetry/scope.ts'
import { type WaitUntil, waiterOf } from './wait-until.ts'

/** What an open request has recorded for so long does not wait for its end, which may never come. */
const LONG_MS = 5000

/**
 * Sends what was recorded outside of anything that ends soon: in a timer, detached work, a message of a WebSocket, a
 * stream's parts. Its own invocation leads.
 */
export const leadLate = (pipeline: Unled): void => {
  const scope = currentScope(activeContext())
  if (
    scope &&
    !scope.isLate &&
    performance.now() - scope.startedMs < LONG_MS &&
    (scope.telemetry.pipelines as readonly Unled[]).includes(pipeline)
  ) {
    return
  }
  const isWorker = runtimeName() === 'workers'
  const waiter = isWorker && anywhere ? anywhere : waiterOf(scope?.waiter)
  if (!waiter && !isWorker) {
    pipeline.arm()
    return
  }
  const work = pipeline.lead()
  if (work) {
    hold(work, waiter)
  }
}

/** Of whatever invocation runs, known once it was asked for. */
let anywhere: WaitUntil | undefined

/** Keeps the running invocation alive until the work is done; by its own means where none are given. */
export const hold = (work: Promise<void>, waiter: WaitUntil | undefined = anywhere): void => {
  try {
    if (waiter) {
      waiter.waitUntil(work)
      return
    }
  } catch {
    // It is another's.
  }
  workersModule().then(
    (module) => {
      if (typeof module.waitUntil === 'function') {
        anywhere = module
        module.waitUntil(work)
      }
    },
    // An older runtime: it goes on for as long as its context lives.
    () => {},
  )
}

/** Asked for when it is needed, by a name that no bundler looks for: other runtimes have no such module. */
const workersModule = (): Promise<WaitUntil> => {
  const name = ['cloudflare', 'workers'].join(':')
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name) as Promise<WaitUntil>
}
