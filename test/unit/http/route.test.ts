import { type Context, Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { cors } from 'hono/cors'
import { LinearRouter } from 'hono/router/linear-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, it } from 'vitest'
import { routeOf } from '../../../src/http/route.ts'

const routers = {
  smart: () => new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }),
  trie: () => new TrieRouter(),
  linear: () => new LinearRouter(),
}

const ok = (c: Context) => c.text('ok')

/** One app with every shape of route; `seen` is what the outermost middleware would record. */
const setUp = (router: never) => {
  let seen: string | undefined
  const app = new Hono({ router })
  app.use(async (c, next) => {
    await next()
    seen = routeOf(c, c.res.status)
  })
  app.use('/api/*', cors())
  app.use('/admin/*', basicAuth({ username: 'u', password: 'p' }))
  app.get('/', ok)
  app.get('/orders/:id', ok)
  app.get('/orders/:id/items/:item{[0-9]+}', ok)
  app.get('/optional/:part?', ok)
  app.get('/missing/:id', (c) => c.notFound())
  app.all('/any', ok)
  app.on(['PUT', 'PATCH'], ['/many', '/other'], ok)
  app.get('/admin/users/:id', ok)
  app.get('/files/*', ok)
  app.get(
    '/chain',
    async (_c, next) => {
      await next()
    },
    ok,
  )
  const sub = new Hono().basePath('/v1')
  sub.use(async (_c, next) => {
    await next()
  })
  sub.get('/items/:id', ok)
  sub.onError((_error, c) => c.text('handled', 503))
  sub.get('/fails', () => {
    throw new Error('x')
  })
  app.route('/api', sub)
  app.mount('/mounted', (request: Request) =>
    request.url.endsWith('/no') ? new Response('no', { status: 404 }) : new Response('ok'),
  )
  return async (path: string, method = 'GET') => {
    seen = undefined
    await app.request(path, { method })
    return seen
  }
}

describe.each(Object.keys(routers))('on the %s router', (name) => {
  const route = setUp(routers[name as keyof typeof routers]() as never)

  it.each([
    ['/', 'GET', '/'],
    ['/orders/7', 'GET', '/orders/:id'],
    ['/orders/7/items/3', 'GET', '/orders/:id/items/:item{[0-9]+}'],
    ['/optional', 'GET', '/optional/:part?'],
    ['/optional/x', 'GET', '/optional/:part?'],
    ['/missing/1', 'GET', '/missing/:id'],
    ['/any', 'DELETE', '/any'],
    ['/many', 'PUT', '/many'],
    ['/other', 'PATCH', '/other'],
    ['/admin/users/3', 'GET', '/admin/users/:id'],
    ['/files/a/b.png', 'GET', '/files/*'],
    ['/chain', 'GET', '/chain'],
    ['/api/v1/items/9', 'GET', '/api/v1/items/:id'],
    ['/api/v1/fails', 'GET', '/api/v1/fails'],
    ['/mounted/x', 'GET', '/mounted/*'],
    ['/nope', 'GET', undefined],
    ['/orders', 'GET', undefined],
    ['/orders/7', 'POST', undefined],
    ['/api/v1/nope', 'GET', undefined],
    ['/mounted/no', 'GET', undefined],
  ])('%s %s', async (path, method, expected) => {
    expect(await route(path, method)).toBe(expected)
  })
})
