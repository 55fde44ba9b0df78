import { readProperty } from '../../base/thrown.ts'
import { hook } from './hook.ts'
import { isNativePromise, watchPromise } from './promise.ts'
import type { Watcher } from './watcher.ts'

/** A generator, or what else can be told that nobody goes on with it: without `return`, its end may never be seen. */
export const isIterator = (value: object): boolean => {
  const { next, return: leave } = value as Partial<Generator>
  return (
    typeof next === 'function' &&
    typeof leave === 'function' &&
    (Symbol.iterator in value || Symbol.asyncIterator in value)
  )
}

/** Watches an iterator until it is finished, returned or thrown into. Each step runs in the watcher's context. */
export const watchIterator = (iterator: object, watcher: Watcher): boolean =>
  watcher.wait(hook(iterator, watcher, { next: step, return: step, throw: step }, seen))

const step = (watcher: Watcher, call: () => unknown): unknown => {
  watcher.begin()
  return watcher.step(call)
}

/** It is over for all, whoever has finished it. */
const seen = (result: unknown, key: PropertyKey, watchers: ReadonlySet<Watcher>): void => {
  const settled = (value: unknown): void => {
    const done = readProperty(value, 'done')
    if (done || (key === 'return' && done === undefined)) {
      for (const one of watchers) {
        one.end()
      }
    }
  }
  if (isPromise(result)) {
    const fail = (error: unknown): void => {
      for (const one of watchers) {
        one.fail(error)
      }
    }
    watchPromise(result, { settled, fail })
  } else {
    settled(result)
  }
}

const isPromise = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && isNativePromise(value, readProperty(value, 'then'))
