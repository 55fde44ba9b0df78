const known = /* @__PURE__ */ new WeakMap<object, boolean>()

/** Characters within which parameters end. */
const HEAD = 500

/** `{ text, req: { path } }` is one parameter: the innermost braces. */
const NESTED = /\{[^{}]*\}|\[[^[\]]*\]/g

/** A list with a second parameter, or with any number of them. */
const TAKES_MORE = /^[^(=]*\([^)]*(?:,\s*[^\s)]|\.\.\.)/

/**
 * Whether a handler takes `next`. Its `length` does not tell when it wraps another: rest parameters, those with a
 * default and `arguments` do not count, so that its text has to be read. Once, since routes stay.
 */
export const isMiddleware = (handler: { readonly length: number }): boolean => {
  if (handler.length > 1) {
    return true
  }
  let result = known.get(handler)
  if (result === undefined) {
    const text = Function.prototype.toString.call(handler)
    result =
      TAKES_MORE.test(flatten(text.slice(0, HEAD))) ||
      (!handler.length && /\barguments\b/.test(text))
    known.set(handler, result)
  }
  return result
}

const flatten = (text: string): string => {
  const flatter = text.replace(NESTED, '')
  return flatter === text ? text : flatten(flatter)
}
