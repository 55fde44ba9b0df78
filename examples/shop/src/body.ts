import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type * as z from 'zod/mini'

/** Reads a JSON body of the given shape, or throws a 400 that names the first wrong field. */
export async function readBody<T>(c: Context, schema: z.ZodMiniType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => {
    throw new HTTPException(400, { message: 'the body must be JSON' })
  })
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || 'body'
  throw new HTTPException(400, { message: `${field}: ${issue?.message ?? 'invalid'}` })
}
