import type { Context } from 'hono'
import type { UsersSeenOptions } from 'hono-observability/hono'
import type { AppEnv } from '../env.ts'

/** Whom to count: accounts that are used, and their sessions. */
export const who: UsersSeenOptions = {
  user: (c: Context<AppEnv>) => c.var.session?.accountId,
  session: (c: Context<AppEnv>) => c.var.session?.id,
}
