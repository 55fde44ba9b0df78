import { rawOf, rememberRaw } from './raw.ts'
import { isRemote } from './stub.ts'

/** Calls the platform's method with the platform's object as `this`. */
export type Call = (...args: unknown[]) => unknown

/** Replaces one method: receives the original, bound, the arguments, and the platform's object. */
export type Method = (call: Call, args: unknown[], raw: object) => unknown

export type Methods = Readonly<Record<string, Method>>

/**
 * A stand-in for a platform object, with some methods replaced. All others run with the platform's
 * object as `this`, which they insist on; a method is the same function each time it is read.
 */
export const wrapObject = <T extends object>(raw: T, methods: Methods): T => {
  // Made on first use: most statements have but one method read.
  let bound: Map<PropertyKey, { original: unknown; method: Call }> | undefined
  const wrapper = new Proxy(raw, {
    get(target, key) {
      const original: unknown = Reflect.get(target, key)
      if (typeof original !== 'function') {
        return original
      }
      // Local stand-ins of some bindings are stubs, which seem to have it too.
      if (key === 'toJSON' && isRemote(target)) {
        return undefined
      }
      const known = bound?.get(key)
      // A mock may have replaced it since.
      if (known?.original === original) {
        return known.method
      }
      if (key === 'constructor' || isFixed(target, key)) {
        return original
      }
      const call: Call = (...args) => Reflect.apply(original, target, args)
      const replacement = Object.hasOwn(methods, key) ? methods[key as string] : undefined
      const method: Call = replacement ? (...args) => replacement(call, args, target) : call
      bound ??= new Map()
      bound.set(key, { original, method })
      return method
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  })
  rememberRaw(wrapper, raw)
  return wrapper
}

/** Whether a proxy may not report anything else, as for the methods of a frozen object. */
export const isFixed = (target: object, key: PropertyKey): boolean => {
  const property = Reflect.getOwnPropertyDescriptor(target, key)
  return property?.configurable === false && property.writable === false
}

/** A method whose result is wrapped, and whose call is not observed. */
export const deriving =
  (wrap: (result: object, args: unknown[], raw: object) => object): Method =>
  (call, args, raw) => {
    const result = call(...args.map(rawOf))
    return typeof result === 'object' && result !== null ? wrap(result, args, raw) : result
  }
