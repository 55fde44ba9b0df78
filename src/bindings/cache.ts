import type { Attributes } from '@opentelemetry/api'
import * as ATTR from './attributes.ts'
import { countLookups, measureBinding } from './metrics.ts'
import { operations } from './operations.ts'
import { rawOf, rememberRaw } from './raw.ts'
import type { BindingsOptions } from './types.ts'
import { wrapObject } from './wrap-object.ts'

interface Caches {
  readonly default?: object
  open(name: string): Promise<object>
}

/** One cache of the Cache API: whether a response was there, never its URL. */
const wrapCache = (cache: object, name: string, options: BindingsOptions): object => {
  const method = operations(
    { name, options },
    {
      type: 'Cache',
      attributesOf: (operation) => ({ 'cache.operation': operation }),
      measure: measureBinding,
    },
  )
  return wrapObject(cache, {
    match: method('match', looked),
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
const wrapCaches = <T extends object>(caches: T, options: BindingsOptions): T => {
  const storage = wrapObject(caches, {
    open: async (call, args) =>
      wrapCache((await call(...args)) as object, String(args[0]), options),
  })
  const fallback = (caches as unknown as Caches).default
  if (!fallback) {
    return storage
  }
  const standard = wrapCache(fallback, 'default', options)
  const outer = new Proxy(storage, {
    get: (target, key) => (key === 'default' ? standard : Reflect.get(target, key)),
  })
  rememberRaw(outer, caches)
  return outer
}

/** Replaces the global `caches`, once. */
export const instrumentGlobalCaches = (options: BindingsOptions): void => {
  const { caches } = globalThis as { caches?: object }
  if (caches && rawOf(caches) === caches) {
    Object.defineProperty(globalThis, 'caches', {
      configurable: true,
      writable: true,
      enumerable: true,
      value: wrapCaches(caches, options),
    })
  }
}
