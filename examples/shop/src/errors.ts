import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'

/** Answers every error in JSON. Only messages written for the client leave the Worker. */
export function onError(error: Error, c: Context): Response {
  if (!(error instanceof HTTPException)) return c.json({ error: 'Internal Server Error' }, 500)
  return error.res ?? c.json({ error: error.message }, error.status)
}

/** Answers a path without a route. */
export function notFound(c: Context): Response {
  return c.json({ error: `no route for ${c.req.method} ${c.req.path}` }, 404)
}
