import { type Check, httpUrl } from '../base/checks.ts'
import { atOnce } from '../base/thenable.ts'
import { warnOnce } from '../base/warn.ts'

/** Which URLs: those of a list, or those of which a function says so. */
export type UrlMatch = (string | RegExp)[] | ((url: URL) => boolean)

/** An origin whose parts may have a `*`, and perhaps a path that may. */
const PATTERN = /^(?:\*|https?:\/\/[\w.*-]+(?::[\d*]+)?(?:\/[^?#]*)?)$/i

const isTarget = (item: unknown): item is string | RegExp =>
  item instanceof RegExp ||
  (typeof item === 'string' &&
    (item.includes('*') ? PATTERN.test(item) : httpUrl.test(item) && new URL(item).origin === item))

export const urlMatch: Check<UrlMatch> = {
  test: (value): value is UrlMatch =>
    typeof value === 'function' || (Array.isArray(value) && value.every(isTarget)),
  expected:
    'a function or an array of origins like `https://api.example.com`, patterns like `https://*.example.com` and regular expressions',
}

/** One question for whatever was given, which never throws: a fault is a no, and said once. */
export const resolveMatch =
  <T>(matches: (value: T) => unknown, fault: string): ((value: T) => boolean) =>
  (value) => {
    try {
      return atOnce(matches(value)) === true
    } catch {
      warnOnce(fault)
      return false
    }
  }

export const resolveUrlMatch = (given: UrlMatch, fault: string): ((url: URL) => boolean) =>
  resolveMatch(typeof given === 'function' ? given : anyOf(given.map(matcher)), fault)

export const anyOf =
  <T>(matchers: ((value: T) => boolean)[]) =>
  (value: T): boolean =>
    matchers.some((matches) => matches(value))

const matcher = (target: string | RegExp): ((url: URL) => boolean) => {
  if (target instanceof RegExp) {
    const matches = stateless(target)
    return ({ origin, pathname }) => matches(origin + pathname)
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

/** With `g` or `y` it would remember where it was. */
export const stateless = ({ source, flags }: RegExp): ((text: string) => boolean) => {
  const pattern = new RegExp(source, flags.replace(/[gy]/g, ''))
  return (text) => pattern.test(text)
}

/** Compares piece by piece: a regular expression made of it could be slow. */
export const wildcard = (pattern: string): ((text: string) => boolean) => {
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
