import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import { methodOverride } from 'hono/method-override'
import { type ObservabilityOptions, observability, withSpan } from 'hono-observability'

type Env = { Variables: { requestId: string } }

/** An app that asks things of itself, in every way that Hono has for it. */
export const asksItself = (options: ObservabilityOptions): Hono<Env> => {
  const app = new Hono<Env>()
  app.use(observability(options))
  app.use('/cors/*', cors())
  app.use('/posts/*', methodOverride({ app, header: 'X-Method' }))
  app.use('/cors/posts/*', methodOverride({ app, header: 'X-Method' }))
  app.get('/users/:id', (c) => withSpan('read', () => c.text(`user ${c.req.param('id')}`)))
  app.get('/boom', () => {
    throw new RangeError('boom')
  })
  app.delete('/posts/:id', (c) => c.text('deleted'))
  app.delete('/cors/posts/:id', (c) => c.text('deleted'))
  app.delete('/posts/:id/fails', () => {
    throw new RangeError('boom')
  })
  app.post('/users/:id', (c) => app.request(`/users/${c.req.param('id')}`))

  app.get('/v1/users/:id', (c) => app.request(`/users/${c.req.param('id')}`))
  app.get('/with/env/:id', (c) => app.request(`/users/${c.req.param('id')}`, {}, c.env))
  app.get('/with/both/:id', (c) =>
    app.fetch(new Request(`http://shop.test/users/${c.req.param('id')}`), c.env, contextOf(c)),
  )
  app.get('/copied/:id', (c) =>
    app.fetch(new Request(new URL('/users/1', c.req.url), c.req.raw), c.env, contextOf(c)),
  )
  app.get('/safe/boom', async (c) => {
    const { status } = await app.request('/boom')
    return c.text(`was ${status}`)
  })
  app.get('/batch', async (c) => {
    const all = await Promise.all(
      ['/users/1', '/users/2', '/nope'].map((path) => app.request(path)),
    )
    return c.json(all.map(({ status }) => status))
  })
  app.get('/deep/:id', (c) => app.request(`/v1/users/${c.req.param('id')}`))

  app.use('/old/*', async (c, next) => {
    const url = c.req.url.replace('/old/', '/users/')
    return c.req.path === '/old/none'
      ? next()
      : app.fetch(new Request(url, c.req.raw), c.env, contextOf(c))
  })
  app.use('/guarded/*', async (c, next) => {
    const { status } = await app.request('/boom')
    return status === 500 ? c.text('no', 401) : next()
  })
  app.get('/guarded/:id', (c) => c.text('ok'))

  const shop = new Hono()
  shop.use(observability(options))
  shop.get('/', (c) => c.text('shop'))
  shop.get('/items/:id', (c) => c.text('item'))
  app.mount('/shop', shop.fetch)
  const api = new Hono()
  api.use(observability(options))
  api.get('/api/items/:id', (c) => c.text('item'))
  app.all('/api/*', (c) => api.fetch(c.req.raw, c.env, contextOf(c)))
  return app
}

const contextOf = (c: Context): Context['executionCtx'] | undefined => {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}

/** Method and path, headers, then what the one server span is named, and the names of all below it. */
export const QUESTIONS: readonly [
  request: string,
  headers: Record<string, string>,
  status: number,
  name: string,
  inner: readonly string[],
][] = [
  ['GET /users/7', {}, 200, 'GET /users/:id', ['read']],
  ['GET /v1/users/7', {}, 200, 'GET /v1/users/:id', ['GET /users/:id', 'read']],
  ['GET /with/env/7', {}, 200, 'GET /with/env/:id', ['GET /users/:id', 'read']],
  ['GET /with/both/7', {}, 200, 'GET /with/both/:id', ['GET /users/:id', 'read']],
  ['GET /copied/7', {}, 200, 'GET /copied/:id', ['GET /users/:id', 'read']],
  ['POST /users/7', {}, 200, 'POST /users/:id', ['GET /users/:id', 'read']],
  ['GET /safe/boom', {}, 200, 'GET /safe/boom', ['GET /boom']],
  [
    'GET /batch',
    {},
    200,
    'GET /batch',
    ['GET', 'GET /users/:id', 'GET /users/:id', 'read', 'read'],
  ],
  ['GET /deep/7', {}, 200, 'GET /deep/:id', ['GET /users/:id', 'GET /v1/users/:id', 'read']],
  ['GET /old/7', {}, 200, 'GET /users/:id', ['GET /users/:id', 'read']],
  ['GET /guarded/7', {}, 401, 'GET /guarded/:id', ['GET /boom']],
  ['POST /posts/7', { 'X-Method': 'DELETE' }, 200, 'POST /posts/:id', []],
  ['POST /cors/posts/7', { 'X-Method': 'DELETE' }, 200, 'POST /cors/posts/:id', []],
  ['POST /posts/7/fails', { 'X-Method': 'DELETE' }, 500, 'POST /posts/:id/fails', []],
  ['GET /shop/items/7', {}, 200, 'GET /shop/items/:id', []],
  ['GET /shop', {}, 200, 'GET /shop', []],
  ['GET /shop/nope', {}, 404, 'GET', []],
  ['GET /api/items/7', {}, 200, 'GET /api/items/:id', []],
  ['GET /nope', {}, 404, 'GET', []],
]
