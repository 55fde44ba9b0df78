import type { Context } from 'hono'
import { bearerMatches } from '../http/bearer.ts'

/** A value, or a way to read it from the environment of the request. */
export type FromEnv<Bindings> = string | ((env: Bindings) => string | undefined) | undefined

export const fromEnv = <Bindings>(value: FromEnv<Bindings>, env: Bindings): string | undefined => {
  return typeof value === 'function' ? value(env) : value
}

export interface GuardOptions<Bindings extends object> {
  /** Bearer token that opens the detailed body. Compared in constant time; an empty one opens nothing. */
  token?: FromEnv<Bindings>
  /** Opens the detailed body to the requests it returns true for. */
  authorize?: (c: Context<{ Bindings: Bindings }>) => boolean | Promise<boolean>
}

/** Why the details stay closed to this request; undefined when they are open. */
export const refusal = async <Bindings extends object>(
  c: Context,
  { token, authorize }: GuardOptions<Bindings>,
): Promise<string | undefined> => {
  if (authorize && (await authorize(c)) === true) {
    return undefined
  }
  const expected = fromEnv(token, c.env)
  if (expected && (await bearerMatches(c.req.header('Authorization'), expected))) {
    return undefined
  }
  if (expected) {
    return 'Details need `Authorization: Bearer <token>`.'
  }
  if (authorize) {
    return 'Details need `authorize` to return true.'
  }
  return 'Details need `token` or `authorize` in healthRoutes().'
}
