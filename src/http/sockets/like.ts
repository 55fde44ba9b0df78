type Method = (this: object, ...args: unknown[]) => unknown

/** Methods that are ours. */
const ours = /* @__PURE__ */ new WeakSet<object>()

export const isOurs = (method: object): boolean => ours.has(method)

/** A method with the name and length of the one that it replaces. */
export const like = (original: Method, method: Method): Method => {
  const { name, length } = original
  ours.add(method)
  return Object.defineProperties(method, { name: { value: name }, length: { value: length } })
}
