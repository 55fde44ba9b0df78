import type { Context } from 'hono'
import { type FromEnv, lackOf } from '../http/guarded.ts'

export interface GuardOptions<Bindings extends object> {
  /** Bearer token that opens the detailed body. Compared in constant time; an empty one opens nothing. */
  token?: FromEnv<Bindings>
  /** Opens the detailed body to the requests it returns true for. */
  authorize?: (c: Context<{ Bindings: Bindings }>) => boolean | Promise<boolean>
}

/** Why the details stay closed to this request; undefined when they are open. */
export const refusal = async <Bindings extends object>(
  c: Context,
  options: GuardOptions<Bindings>,
): Promise<string | undefined> => {
  const lack = await lackOf(c, options)
  return lack && REFUSALS[lack]
}

const REFUSALS = {
  token: 'Details need `Authorization: Bearer <token>`.',
  consent: 'Details need `authorize` to return true.',
  way: 'Details need `token` or `authorize` in healthRoutes().',
} as const
