import { createContextKey } from '@opentelemetry/api'
import { beginOperation } from '../bindings/observe.ts'
import type { Operation } from '../bindings/operation.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { watchSettled } from '../context/results/watch.ts'
import type { Watcher } from '../context/results/watcher.ts'
import type { Client } from './client.ts'

export type Callback = (this: unknown, ...results: unknown[]) => unknown

/** Goes on with the client's own method, with these arguments. */
export type Call = (args: unknown[]) => unknown

const INSIDE = /* @__PURE__ */ createContextKey('hono-observability database operation')

/** Whether an operation is under way of which this call is a part, such as a pool's of its client's. */
export const isInside = (): boolean => activeContext().getValue(INSIDE) === true

export const runInside = <T>(watcher: Watcher, call: () => T): T => {
  try {
    return runWithContext(watcher.context.setValue(INSIDE, true), call)
  } catch (error) {
    watcher.fail(error)
    throw error
  }
}

/** A callback that runs where it was given, whoever's answer it is called by. */
export const bound = (callback: Callback, before?: (results: unknown[]) => void): Callback => {
  const outer = activeContext()
  return function (...results) {
    before?.(results)
    return runWithContext(outer, () => callback.apply(this, results))
  }
}

/**
 * Observes a call until its callback, its last argument, is called, or until what it returns is settled.
 *
 * @param watch For results that go on: returns true when it will tell the watcher.
 */
export const observeCall = (
  { options }: Client,
  describe: () => Operation,
  args: unknown[],
  call: Call,
  watch?: (result: unknown, watcher: Watcher) => boolean,
): unknown => {
  if (isInside()) {
    return call(args)
  }
  const last = args.at(-1)
  const watcher = beginOperation(options, describe)
  if (typeof last === 'function') {
    const told = bound(last as Callback, ([error, result]) => {
      if (error) {
        watcher?.fail(error)
      } else {
        watcher?.settled(result)
      }
    })
    const given = [...args.slice(0, -1), told]
    return watcher ? runInside(watcher, () => call(given)) : call(given)
  }
  if (!watcher) {
    return call(args)
  }
  const result = runInside(watcher, () => call(args))
  if (!watch?.(result, watcher)) {
    watchSettled(result, watcher)
  }
  return result
}
