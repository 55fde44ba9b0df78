export type Call = (this: unknown, ...args: unknown[]) => unknown

/**
 * Replaces a method of this very object, which stays what it is for everybody else: its prototype's method is not
 * touched, and nothing new is seen by those who list its properties.
 *
 * @param make Receives the original, and the arguments of a call.
 * @param isForAll Whether it is also for calls on something else, such as what a proxy stands for.
 * @returns False where there is no such method, or it cannot be replaced.
 */
export const hook = (
  target: object,
  key: PropertyKey,
  make: (original: () => unknown, args: unknown[], method: Call) => unknown,
  isForAll = false,
): boolean => {
  const method: unknown = Reflect.get(target, key)
  if (typeof method !== 'function') {
    return false
  }
  const hooked: Call = function (...args) {
    const original = (): unknown => Reflect.apply(method, this, args)
    return isForAll || this === target ? make(original, args, method as Call) : original()
  }
  Object.defineProperties(hooked, {
    name: { value: method.name, configurable: true },
    length: { value: method.length, configurable: true },
  })
  return Reflect.defineProperty(target, key, {
    value: hooked,
    writable: true,
    configurable: true,
    enumerable: Object.prototype.propertyIsEnumerable.call(target, key),
  })
}
