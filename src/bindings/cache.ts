import type { Attributes } from '@opentelemetry/api'
import { ATTR } from './attributes.ts'
import { countLookups } from './metrics.ts'
import { observe } from './observe.ts'
import { rawOf, rememberRaw } from './raw.ts'
import { type Method, wrapObject } from './wrap-object.ts'

interface Caches {
  readonly default?: object
  open(name: string): Promise<object>
}

/** One cache of the Cache API: whether a response was there, never its URL. */
export const wrapCache = (cache: object, name: string): object => {
  const method =
    (operation: string, looksUp = false): Method =>
    (call, args) =>
      observe(
        () => {
          const attributes: Attributes = {
            [ATTR.bindingType]: 'Cache',
            [ATTR.bindingName]: name,
            'cache.operation': operation,
          }
          return {
            name: `${operation} ${name}`,
            attributes,
            succeeded: looksUp ? (result) => looked(result, attributes) : undefined,
          }
        },
        () => call(...args),
      )
  return wrapObject(cache, {
    match: method('match', true),
    put: method('put'),
    delete: method('delete'),
  })
}

const looked = (result: unknown, attributes: Attributes): Attributes => {
  const isThere = result !== undefined
  countLookups(attributes, Number(isThere), Number(!isThere))
  return { [ATTR.cacheResult]: isThere ? 'hit' : 'miss' }
}

/** The global `caches`, instrumented: its default cache, and those that are opened. */
export const wrapCaches = <T extends object>(caches: T): T => {
  const storage = wrapObject(caches, {
    open: async (call, args) => wrapCache((await call(...args)) as object, String(args[0])),
  })
  const fallback = (caches as unknown as Caches).default
  if (!fallback) {
    return storage
  }
  const standard = wrapCache(fallback, 'default')
  const outer = new Proxy(storage, {
    get: (target, key) => (key === 'default' ? standard : Reflect.get(target, key)),
  })
  rememberRaw(outer, caches)
  return outer
}

/** Replaces the global `caches`, once. */
export const instrumentGlobalCaches = (): void => {
  const { caches } = globalThis as { caches?: object }
  if (caches && rawOf(caches) === caches) {
    Object.defineProperty(globalThis, 'caches', {
      configurable: true,
      writable: true,
      enumerable: true,
      value: wrapCaches(caches),
    })
  }
}
