import type { UsersSeenOptions } from 'hono-observability/hono'
import type { AppEnv } from '../env.ts'

/** Whom to count: accounts that are used, and their sessions. */
export const who: UsersSeenOptions<AppEnv> = {
  user: (c) => c.var.session?.accountId,
  session: (c) => c.var.session?.id,
}
