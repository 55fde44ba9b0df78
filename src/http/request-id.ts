import { newUuid } from '../base/random.ts'

/** What `hono/request-id` accepts: safe in headers, logs and shells. */
const LEGAL = /^[\w\-=]{1,255}$/

/** The caller's id when it is a legal one, otherwise a new UUID. */
export const requestIdFrom = (header: string | null | undefined): string =>
  header && LEGAL.test(header) ? header : newUuid()
