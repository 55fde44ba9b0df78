import { isPlainObject } from '../base/plain-object.ts'

/** What to send besides, and instead of, the headers that a request has. Names are in lower case. */
export type Changes = ReadonlyMap<string, string | undefined>

type Input = RequestInfo | URL
type FetchArguments = [input: Input, init?: RequestInit]

/** Of a request, however it is given. One-shot iterables are read once, so what is to be sent is handed out with it. */
export interface GivenHeaders {
  readonly headers: Headers
  readonly given: HeadersInit | undefined
  /** Whether `init` has them no more. */
  readonly isRead: boolean
}

/** @throws TypeError as `fetch` will, when they are not legal. */
export const readHeaders = (input: unknown, init: RequestInit | undefined): GivenHeaders => {
  if (init && typeof init !== 'object' && typeof init !== 'function') {
    throw new TypeError('`init` must be an object.')
  }
  const own = init?.headers
  if (own === null) {
    // Nothing, or not legal, as the runtime likes. It shall say.
    const { headers } = new Request('http://localhost/', { headers: own } as RequestInit)
    return { headers, given: headers, isRead: false }
  }
  const isRead = isIterable(own) && !(own instanceof Headers) && !Array.isArray(own)
  const given = isRead ? [...own] : own
  return {
    headers: new Headers(given ?? (input instanceof Request ? input.headers : undefined)),
    given: given as HeadersInit | undefined,
    isRead,
  }
}

const isIterable = (value: unknown): value is Iterable<[string, string]> =>
  typeof (value as { [Symbol.iterator]?: unknown } | undefined)?.[Symbol.iterator] === 'function'

/**
 * The arguments for `fetch` that send just what these would, but for some headers. Of a request nothing is copied but by
 * the runtime itself, and an `init` is asked for its members as the runtime would ask it: they may be inherited.
 *
 * @throws when the runtime would refuse them.
 */
export const withHeaders = (
  input: Input,
  init: RequestInit | undefined,
  { given }: GivenHeaders,
  changes: Changes,
): FetchArguments => {
  if (init instanceof Request) {
    return [
      input,
      // The body of a copy has no length there.
      'Deno' in globalThis
        ? overlay(init, { headers: apply(new Headers(init.headers), changes) })
        : change(init, changes),
    ]
  }
  const isRequest = input instanceof Request
  if (isRequest && given === undefined && (init?.body ?? undefined) === undefined) {
    if ('Bun' in globalThis) {
      // A new request would leave this one's body there, to be sent again.
      return [input, overlay(init, { headers: apply(new Headers(input.headers), changes) })]
    }
    const request = change(input, changes)
    return init ? [request, init] : [request]
  }
  if (init === undefined || init === null) {
    return [input, { headers: Object.fromEntries(set(changes)) }]
  }
  const headers = changed(given ?? (isRequest ? input.headers : {}), changes)
  return [input, overlay(init, { headers })]
}

const set = (changes: Changes): [string, string][] =>
  [...changes].filter((entry): entry is [string, string] => entry[1] !== undefined)

const change = (request: Request, changes: Changes): Request => {
  if (request.bodyUsed) {
    throw new TypeError('The body is used.')
  }
  const copy = new Request(request)
  apply(copy.headers, changes)
  return copy
}

const apply = (headers: Headers, changes: Changes): Headers => {
  for (const [name, value] of changes) {
    if (value === undefined) {
      headers.delete(name)
    } else {
      headers.set(name, value)
    }
  }
  return headers
}

/** In the form in which they were given: names keep their case, and the order stays. */
const changed = (given: HeadersInit, changes: Changes): HeadersInit => {
  if (given instanceof Headers) {
    return apply(new Headers(given), changes)
  }
  const isKept = ([name]: Iterable<string>): boolean => !changes.has(String(name).toLowerCase())
  return Array.isArray(given)
    ? [...given.filter((entry) => isKept([...entry] as string[])), ...set(changes)]
    : Object.fromEntries([...Object.entries(given).filter(isKept), ...set(changes)])
}

/** An object whose copy is the same for whoever reads it. */
const isPlain = (init: object): boolean =>
  isPlainObject(init) &&
  Object.values(Object.getOwnPropertyDescriptors(init)).every(
    ({ enumerable, get }) => enumerable && !get,
  )

/** `init` with other members. What it is asked for, it is asked itself: private fields want the real `this`. */
export const overlay = (init: object | null | undefined, members: RequestInit): RequestInit => {
  if (!init || isPlain(init)) {
    return { ...init, ...members }
  }
  return new Proxy({} as RequestInit, {
    get: (_, key) => Reflect.get(Object.hasOwn(members, key) ? members : init, key) as unknown,
    has: (_, key) => Object.hasOwn(members, key) || Reflect.has(init, key),
    getPrototypeOf: () => Reflect.getPrototypeOf(init),
    ownKeys: () => [...new Set([...Reflect.ownKeys(init), ...Object.keys(members)])],
    getOwnPropertyDescriptor(_, key) {
      const own =
        Reflect.getOwnPropertyDescriptor(members, key) ??
        Reflect.getOwnPropertyDescriptor(init, key)
      return own && { ...own, configurable: true }
    },
  })
}
