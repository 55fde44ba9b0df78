import type { Context, Next } from 'hono'

/** Whatever Hono calls for a request. */
export type Handler = (c: Context, next: Next) => unknown

/** What an app keeps of one registration: the very thing that the router finds and Hono calls, for every request. */
export type Registration = [
  handler: Handler,
  route: { readonly path: string; readonly method: string; readonly handler: Handler },
]

const isRegistration = (value: unknown): value is Registration =>
  Array.isArray(value) && typeof value[0] === 'function' && typeof value[1]?.path === 'string'

/**
 * What the router has found for a request, in the order in which Hono calls it. It is behind a symbol that each copy of
 * Hono has its own of, so it is looked for by what it holds.
 *
 * @returns undefined where this Hono keeps it otherwise.
 */
export const matchedOf = ({ req }: Context): readonly Registration[] | undefined => {
  for (const symbol of Object.getOwnPropertySymbols(Object.getPrototypeOf(req))) {
    const found: unknown = (req as unknown as Record<symbol, unknown>)[symbol]
    const list: unknown = Array.isArray(found) ? found[0] : undefined
    if (Array.isArray(list)) {
      const registrations = list.map((item: unknown) => (item as unknown[])[0])
      return registrations.every(isRegistration) ? registrations : undefined
    }
  }
  return undefined
}
