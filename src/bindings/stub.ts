/** Whether it has every method there could be, as the platform's stubs do, and no mock or plain value does. */
export const isRemote = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  typeof (value as Record<string, unknown>)['a method that nobody has'] === 'function'

const intercepted = /* @__PURE__ */ new WeakSet<object>()

/**
 * Lets `read` answer for the properties of a stub, which stays the object that it is. A wrapper around it could not
 * be sent on in an argument or a result, and would not be equal to it.
 *
 * @param read Receives the platform's answer.
 */
export const interceptStub = (
  stub: object,
  read: (value: unknown, key: PropertyKey) => unknown,
): void => {
  if (intercepted.has(stub)) {
    return
  }
  intercepted.add(stub)
  const prototype: unknown = Object.getPrototypeOf(stub)
  // The platform makes up methods only when no prototype answers, and a proxy among them always does.
  const asIs = <T>(look: () => T): T => {
    Object.setPrototypeOf(stub, prototype as object)
    try {
      return look()
    } finally {
      Object.setPrototypeOf(stub, proxy)
    }
  }
  const proxy: object = new Proxy(Object.create(prototype as object) as object, {
    get: (_, key) =>
      read(
        asIs(() => Reflect.get(stub, key) as unknown),
        key,
      ),
    has: (_, key) => asIs(() => Reflect.has(stub, key)),
  })
  Object.setPrototypeOf(stub, proxy)
}
