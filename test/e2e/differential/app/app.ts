import { type ErrorHandler, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { GROUPS } from '../routes/all.ts'
import { HANDLED_BY_DEFAULT } from '../routes/errors.ts'
import type { App, Env, Runtime } from '../routes/group.ts'
import { observed, type Variant } from './variants.ts'

/** The one app, with us in the way that the variant says, or without. */
export const makeApp = (runtime: Runtime, variant: Variant): App => {
  const app: App = new Hono<{ Bindings: Env }>()
  const finish = observed(app, variant)
  // With any middleware at all Hono goes another way, to other answers for handlers that return nothing.
  app.use((_, next) => next())
  const { errorHandler: byDefault } = new Hono() as unknown as { errorHandler: ErrorHandler }
  app.onError((error, c) =>
    c.req.path.startsWith(HANDLED_BY_DEFAULT)
      ? byDefault(error, c)
      : error instanceof HTTPException || 'getResponse' in error
        ? (error as HTTPException).getResponse()
        : c.text(`Failed: ${error.name}`, 500),
  )
  app.notFound((c) => {
    switch (c.req.path) {
      case '/nowhere/throws':
        throw new Error('in notFound')
      case '/nowhere/throws-a-string':
        throw 'in notFound'
      case '/nowhere/streams':
        return new Response(new Blob(['not found']).stream(), { status: 404 })
      default:
        return c.text('Nothing here', 404)
    }
  })
  for (const { path, on, routes = {}, register } of GROUPS) {
    if (on && !on.includes(runtime)) {
      continue
    }
    register?.(app)
    for (const [name, handler] of Object.entries(routes)) {
      app.get(`${path}/${name}`, handler)
    }
  }
  return finish()
}
