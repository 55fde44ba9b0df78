import type { Context } from 'hono'
import { bearerMatches } from './bearer.ts'

/** A value, or a way to read it from the environment of the request. */
export type FromEnv<Bindings> = string | ((env: Bindings) => string | undefined) | undefined

export const fromEnv = <Bindings>(value: FromEnv<Bindings>, env: Bindings): string | undefined =>
  typeof value === 'function' ? value(env) : value

/** Who may see what is not for everyone. */
interface Guards<C extends Context> {
  token?: FromEnv<C['env']>
  authorize?: (c: C) => boolean | Promise<boolean>
}

/** What a request lacks: the right token, the consent of `authorize`, or any way in at all. Undefined when it may pass. */
export const lackOf = async <C extends Context>(
  c: C,
  { token, authorize }: Guards<C>,
): Promise<'token' | 'consent' | 'way' | undefined> => {
  if (authorize && (await authorize(c)) === true) {
    return undefined
  }
  const expected = fromEnv(token, c.env)
  if (expected) {
    return (await bearerMatches(c.req.header('Authorization'), expected)) ? undefined : 'token'
  }
  return authorize ? 'consent' : 'way'
}
