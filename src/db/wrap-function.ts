import type { Method } from './intercept.ts'

interface Wrapping {
  /** Receives what a call of the function itself returned, and its arguments; returns what to hand on. */
  readonly result: (made: unknown, args: unknown[]) => unknown
  readonly methods: Readonly<Record<string, Method>>
}

const wrappers = /* @__PURE__ */ new WeakMap<object, object>()

/** Whether it stands in for another already. */
export const isStandIn = (value: object): boolean => wrappers.get(value) === value

/** A stand-in for a function with methods, such as a tagged template; the same one each time. */
export const wrapFunction = (target: object, { result, methods }: Wrapping): object => {
  const known = wrappers.get(target)
  if (known) {
    return known
  }
  const made = new Map<PropertyKey, { original: unknown; method: unknown }>()
  const wrapper = new Proxy(target, {
    apply: (called, self, args) =>
      result(Reflect.apply(called as (...args: unknown[]) => unknown, self, args), args),
    get(_, key, receiver) {
      const original: unknown = Reflect.get(target, key, receiver === wrapper ? target : receiver)
      const method =
        typeof original === 'function' && typeof key === 'string' && Object.hasOwn(methods, key)
          ? methods[key]
          : undefined
      const property = method && Reflect.getOwnPropertyDescriptor(target, key)
      // A proxy may not report anything else of what is fixed.
      if (!method || (property?.configurable === false && property.writable === false)) {
        return original
      }
      let entry = made.get(key)
      if (entry?.original !== original) {
        const replaced = function (this: unknown, ...args: unknown[]): unknown {
          const self = this === wrapper ? target : this
          return method(
            args,
            (given) => Reflect.apply(original as (...args: unknown[]) => unknown, self, given),
            target,
          )
        }
        const { name, length } = original as () => void
        Object.defineProperties(replaced, {
          name: { value: name, configurable: true },
          length: { value: length, configurable: true },
        })
        entry = { original, method: replaced }
        made.set(key, entry)
      }
      return entry?.method
    },
  })
  wrappers.set(target, wrapper)
  wrappers.set(wrapper, wrapper)
  return wrapper
}
