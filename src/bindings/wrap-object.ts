import { rawOf, rememberRaw } from './raw.ts'
import { isRemote } from './stub.ts'

/** Calls the platform's method with the platform's object as `this`. */
export type Call = (...args: unknown[]) => unknown

/** Replaces one method: receives the original, bound, the arguments, and the platform's object. */
export type Method = (call: Call, args: unknown[], raw: object) => unknown

export type Methods = Readonly<Record<string, Method>>

/** A platform's method with the platform's object as `this`, and what stands in its place. */
interface Bound {
  readonly original: unknown
  readonly method: Call
}

/** A class, since an engine makes its instances in one step: there is one for each statement of a database. */
class Wrapping implements ProxyHandler<object> {
  readonly #methods: Methods
  // Made on first use: most statements have but one method read.
  #bound: Map<PropertyKey, Bound> | undefined

  constructor(methods: Methods) {
    this.#methods = methods
  }

  get(target: object, key: PropertyKey): unknown {
    const original: unknown = Reflect.get(target, key)
    if (typeof original !== 'function') {
      return original
    }
    // Local stand-ins of some bindings are stubs, which seem to have it too.
    if (key === 'toJSON' && isRemote(target)) {
      return undefined
    }
    const known = this.#bound?.get(key)
    // A mock may have replaced it since.
    if (known?.original === original) {
      return known.method
    }
    if (key === 'constructor' || isFixed(target, key)) {
      return original
    }
    const call = callOn(target, original as Call)
    const replacement =
      typeof key === 'string' && Object.hasOwn(this.#methods, key) ? this.#methods[key] : undefined
    const method: Call = replacement ? (...args) => replacement(call, args, target) : call
    this.#bound ??= new Map()
    this.#bound.set(key, { original, method })
    return method
  }

  set(target: object, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(target, key, value)
  }
}

const callOn =
  (target: object, method: Call): Call =>
  (...args) =>
    Reflect.apply(method, target, args)

/**
 * A stand-in for a platform object, with some methods replaced. All others run with the platform's
 * object as `this`, which they insist on; a method is the same function each time it is read.
 */
export const wrapObject = <T extends object>(raw: T, methods: Methods): T => {
  const wrapper = new Proxy(raw, new Wrapping(methods)) as T
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
