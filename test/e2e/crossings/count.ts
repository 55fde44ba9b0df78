/**
 * Counts each call from JavaScript into workerd that a request may make. To be imported before anything that may keep a
 * function of the runtime for later.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Calls so far, by name. */
export const calls = new Map<string, number>()

const count = (name: string): void => {
  calls.set(name, (calls.get(name) ?? 0) + 1)
}

type Any = Record<PropertyKey, unknown>
type Called = (this: unknown, ...args: unknown[]) => unknown

/** Replaces every function and every getter that the object itself has. */
export const countAll = (title: string, of: object): void => {
  for (const key of Reflect.ownKeys(of)) {
    const found = Object.getOwnPropertyDescriptor(of, key)
    if (key === 'constructor' || !found?.configurable) continue
    const name = `${title}.${typeof key === 'symbol' ? key.description : key}`
    const counted = (call: Called): Called =>
      function (...args) {
        count(name)
        return Reflect.apply(call, this, args)
      }
    if (typeof found.value === 'function') {
      Object.defineProperty(of, key, { ...found, value: counted(found.value) })
    } else if (found.get) {
      Object.defineProperty(of, key, { ...found, get: counted(found.get) as () => unknown })
    }
  }
}

const countGlobal = (name: string): void => {
  const call = (globalThis as unknown as Any)[name] as Called
  const counted: Called = new Proxy(call, {
    apply(target, self, args) {
      count(name)
      return Reflect.apply(target, self, args)
    },
    construct(target, args, newTarget) {
      count(`new ${name}`)
      return Reflect.construct(target, args, newTarget === counted ? target : newTarget)
    },
  })
  ;(globalThis as unknown as Any)[name] = counted
}

const CLASSES = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'Headers',
  'ReadableStream',
  'ReadableStreamBYOBReader',
  'ReadableStreamDefaultController',
  'ReadableStreamDefaultReader',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'URL',
  'URLSearchParams',
  'WritableStream',
  'WritableStreamDefaultWriter',
]
const FUNCTIONS = ['fetch', 'queueMicrotask', 'setTimeout', 'clearTimeout', 'setInterval']

for (const name of CLASSES) {
  countAll(name, ((globalThis as unknown as Any)[name] as { prototype: object }).prototype)
}
for (const name of [...CLASSES, 'FixedLengthStream', 'IdentityTransformStream', ...FUNCTIONS]) {
  countGlobal(name)
}
countAll('AsyncLocalStorage', AsyncLocalStorage.prototype)
countAll('console', console)
countAll('crypto', Object.getPrototypeOf(crypto))
countAll('performance', Object.getPrototypeOf(performance))
const { now } = Date
Date.now = () => {
  count('Date.now')
  return now()
}
