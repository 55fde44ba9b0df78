import { type Check, httpUrl } from '../base/checks.ts'
import { warnOnce } from '../base/warn.ts'

/** Which URLs: all, those of a list, or those of which a function says so. */
export type PropagateTo = 'all' | (string | RegExp)[] | ((url: URL) => boolean)

/** An origin whose parts may have a `*`, and perhaps a path that may. */
const PATTERN = /^(?:\*|https?:\/\/[\w.*-]+(?::[\d*]+)?(?:\/[^?#]*)?)$/i

const isTarget = (item: unknown): item is string | RegExp =>
  item instanceof RegExp ||
  (typeof item === 'string' &&
    (item.includes('*') ? PATTERN.test(item) : httpUrl.test(item) && new URL(item).origin === item))

export const propagateTo: Check<PropagateTo> = {
  test: (value): value is PropagateTo =>
    value === 'all' ||
    typeof value === 'function' ||
    (Array.isArray(value) && value.every(isTarget)),
  expected:
    '`all`, a function or an array of origins like `https://api.example.com`, patterns like `https://*.example.com` and regular expressions',
}

/** One question for whatever was given. */
export const resolvePropagateTo = (given: PropagateTo = 'all'): 'all' | ((url: URL) => boolean) => {
  if (given === 'all') {
    return given
  }
  const matches = typeof given === 'function' ? given : anyOf(given.map(matcher))
  return (url) => {
    try {
      // Not any truthy value: that of an async predicate is a promise.
      return matches(url) === true
    } catch {
      warnOnce('`traces.propagateTo` threw: the trace is not sent there.')
      return false
    }
  }
}

const anyOf =
  (matchers: ((url: URL) => boolean)[]) =>
  (url: URL): boolean =>
    matchers.some((matches) => matches(url))

const matcher = (target: string | RegExp): ((url: URL) => boolean) => {
  if (target instanceof RegExp) {
    // With `g` or `y` it would remember where it was.
    const stateless = new RegExp(target.source, target.flags.replace(/[gy]/g, ''))
    return ({ origin, pathname }) => stateless.test(origin + pathname)
  }
  if (!target.includes('*')) {
    return ({ origin }) => origin === target
  }
  if (target === '*') {
    return () => true
  }
  const slash = target.indexOf('/', target.indexOf('://') + 3)
  const isOrigin = wildcard(slash < 0 ? target.toLowerCase() : target.slice(0, slash).toLowerCase())
  const isPath = slash < 0 ? () => true : wildcard(target.slice(slash))
  return ({ origin, pathname }) => isOrigin(origin) && isPath(pathname)
}

/** Compares piece by piece: a regular expression made of it could be slow. */
const wildcard = (pattern: string): ((text: string) => boolean) => {
  const pieces = pattern.split('*')
  const first = pieces.shift() as string
  const last = pieces.pop()
  return (text) => {
    if (last === undefined) {
      return text === first
    }
    let at = first.length
    const end = text.length - last.length
    if (end < at || !text.startsWith(first) || !text.endsWith(last)) {
      return false
    }
    for (const piece of pieces) {
      const found = text.indexOf(piece, at)
      at = found + piece.length
      if (found < 0 || at > end) {
        return false
      }
    }
    return true
  }
}
