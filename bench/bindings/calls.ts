import type { Context } from 'hono'
import { type Stubs, withStubs } from './stubs.ts'

export interface Bindings extends Stubs {
  CACHE: KVNamespace
  DB: D1Database
}

const TEXT = 'SELECT ? AS pieces'

/** One call of each kind. */
const CALLS: Readonly<Record<string, (env: Bindings) => Promise<unknown>>> = {
  kv: (env) => env.CACHE.get('key'),
  d1: (env) => env.DB.prepare(TEXT).bind(12).first(),
  'kv-stub': (env) => env.KV_STUB.get('key'),
  'd1-stub': (env) => env.D1_STUB.prepare(TEXT).bind(12).first(),
}

/** Answers `/:how/:kind` by as many calls as `?times=` says, one after another. */
export const repeat = async (c: Context, env: Bindings): Promise<Response> => {
  const call = CALLS[c.req.param('kind') ?? '']
  if (!call) return c.notFound()
  const times = Number(c.req.query('times'))
  for (let time = 0; time < times; time++) await call(env)
  return c.text('done')
}

type Fetch = (
  request: Request,
  env: Bindings,
  ctx: ExecutionContext,
) => Response | Promise<Response>

/** A Worker whose app has the stubs among its bindings. */
export const workerOf = (app: { fetch: Fetch }): ExportedHandler<Bindings> => ({
  fetch: (request, env, ctx) => app.fetch(request, withStubs(env), ctx),
})
