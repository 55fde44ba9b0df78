import type { Check } from '../../base/checks.ts'
import { anyOf, resolveMatch, stateless, wildcard } from '../../traces/url-match.ts'

/** Which requests: those to a path of a list, or those of which a function says so. */
export type RequestMatch = (string | RegExp)[] | ((request: Request) => boolean)

export const requestMatch: Check<RequestMatch> = {
  test: (value): value is RequestMatch =>
    typeof value === 'function' ||
    (Array.isArray(value) &&
      value.every(
        (item) => item instanceof RegExp || (typeof item === 'string' && /^\/[^?#]*$/.test(item)),
      )),
  expected:
    'a function or an array of paths like `/favicon.ico`, patterns like `/assets/*` and regular expressions',
}

/** One question for whatever was given. */
export const resolveIgnore = (
  given: RequestMatch | undefined,
): ((request: Request) => boolean) | undefined => {
  if (!given) {
    return undefined
  }
  return resolveMatch(
    typeof given === 'function' ? given : isTo(given),
    '`http.ignore` failed: the request is recorded.',
  )
}

const isTo = (paths: readonly (string | RegExp)[]): ((request: Request) => boolean) => {
  const matches = anyOf(
    paths.map((path) => (typeof path === 'string' ? wildcard(path) : stateless(path))),
  )
  return ({ url }) => matches(pathOf(url))
}

/** As it was asked for: what spans say of a path has no secrets any more. */
const pathOf = (url: string): string => {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  return start < 0 ? '/' : url.slice(start).replace(/[?#].*/s, '')
}
