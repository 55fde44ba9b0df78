/**
 * An object like `original`, with some properties replaced. Not a proxy, since the platform's objects
 * have properties that a proxy may not change. Everything else follows the original, and its methods
 * run with it as `this`.
 */
export const standIn = <T extends object>(
  original: T,
  replacements: Readonly<Record<string, unknown>>,
): T => {
  const prototype = Object.getPrototypeOf(original) as object | null
  const copy = Object.create(prototype) as T
  const read = (key: string): unknown => {
    const value: unknown = Reflect.get(original, key)
    return typeof value === 'function'
      ? (...args: unknown[]) => Reflect.apply(value, original, args)
      : value
  }
  const own = Object.getOwnPropertyNames(original)
  const inherited =
    prototype && prototype !== Object.prototype ? Object.getOwnPropertyNames(prototype) : []
  for (const key of new Set([...own, ...inherited])) {
    if (key !== 'constructor') {
      Object.defineProperty(copy, key, {
        configurable: true,
        enumerable: own.includes(key),
        get: () => (Object.hasOwn(replacements, key) ? replacements[key] : read(key)),
      })
    }
  }
  return copy
}
