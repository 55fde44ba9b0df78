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
export const watchIterator = (iterator: object, watcher: Watcher): boolean => {
  const step = (key: string): boolean =>
    hook(iterator, key, (original) => {
      watcher.begin()
      const result = watcher.step(original)
      if (isPromise(result)) {
        watchPromise(
          result,
          (value) => stepped(key, value, watcher),
          (error) => watcher.fail(error),
        )
      } else {
        stepped(key, result, watcher)
      }
      return result
    })
  const isHooked = step('next') && step('return')
  step('throw')
  if (isHooked) {
    watcher.wait()
  }
  return isHooked
}

const isPromise = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && isNativePromise(value, readProperty(value, 'then'))

const stepped = (key: string, result: unknown, watcher: Watcher): void => {
  const done = readProperty(result, 'done')
  if (done || (key === 'return' && done === undefined)) {
    watcher.end()
  }
}
