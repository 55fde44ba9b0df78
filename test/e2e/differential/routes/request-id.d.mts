import type { Context, MiddlewareHandler } from 'hono'

export const requestId: (options?: {
  headerName?: string
  generator?: (c: Context) => string
}) => MiddlewareHandler
