type Method = (this: object, ...args: unknown[]) => unknown

/** A method with the name and length of the one that it replaces. */
export const like = (original: Method, method: Method): Method => {
  const { name, length } = original
  return Object.defineProperties(method, { name: { value: name }, length: { value: length } })
}
