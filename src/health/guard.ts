import type { Context } from 'hono'

/** A value, or a way to read it from the environment of the request. */
export type FromEnv<Bindings> = string | ((env: Bindings) => string | undefined) | undefined

export function fromEnv<Bindings>(value: FromEnv<Bindings>, env: Bindings): string | undefined {
  return typeof value === 'function' ? value(env) : value
}

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

/** Compares in a time that tells neither where two strings differ nor how long the expected one is. */
export async function sameText(given: string, expected: string): Promise<boolean> {
  const bytes = await digest(expected)
  const difference = (await digest(given)).reduce(
    (sum, byte, i) => sum | (byte ^ (bytes[i] ?? 0)),
    0,
  )
  return difference === 0
}

export interface GuardOptions<Bindings extends object> {
  /** Bearer token that opens the detailed body. Compared in constant time; an empty one opens nothing. */
  token?: FromEnv<Bindings>
  /** Opens the detailed body to the requests it returns true for. */
  authorize?: (c: Context<{ Bindings: Bindings }>) => boolean | Promise<boolean>
}

/** Why the details stay closed to this request; undefined when they are open. */
export async function refusal<Bindings extends object>(
  c: Context,
  { token, authorize }: GuardOptions<Bindings>,
): Promise<string | undefined> {
  if (authorize && (await authorize(c)) === true) return undefined
  const expected = fromEnv(token, c.env)
  const given = /^bearer +(\S+) *$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  if (expected && given && (await sameText(given, expected))) return undefined
  if (expected) return 'Details need `Authorization: Bearer <token>`.'
  if (authorize) return 'Details need `authorize` to return true.'
  return 'Details need `token` or `authorize` in healthRoutes().'
}
