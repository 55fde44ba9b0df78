import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { cors } from 'hono/cors'
import { LinearRouter } from 'hono/router/linear-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, it, vi } from 'vitest'
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

/** Middleware whose `length` does not tell that it takes `next`, as those that wrap another have it. */
const WRAPPED: Record<string, (inner: MiddlewareHandler) => MiddlewareHandler> = {
  'rest parameters': (inner) => {
    const wrapper = (...args: Parameters<MiddlewareHandler>) => inner(...args)
    return wrapper
  },
  'an async function’s rest parameters': (inner) =>
    async function wrapper(...args: Parameters<MiddlewareHandler>) {
      return inner(...args)
    },
  'a rest parameter behind another': (inner) =>
    ((c: Context, ...rest: [Next]) => inner(c, ...rest)) as MiddlewareHandler,
  'a default for next': (inner) =>
    ((c: Context, next: Next = async () => {}) => inner(c, next)) as MiddlewareHandler,
  'a default for both': (inner) =>
    ((c = {} as Context, next: Next = async () => {}) => inner(c, next)) as MiddlewareHandler,
  'a default behind a destructured context': (inner) =>
    (({ req }: Context, next: Next = async () => {}) =>
      inner({ req } as Context, next)) as MiddlewareHandler,
  arguments: (inner) =>
    function wrapper(this: unknown) {
      // biome-ignore lint/complexity/noArguments: what it is about.
      return inner.apply(this as never, arguments as never)
    } as unknown as MiddlewareHandler,
  'a spy': (inner) => vi.fn(inner),
  'bound to something': (inner) => inner.bind(undefined),
}

describe.each(Object.keys(WRAPPED))('middleware with %s', (name) => {
  const wrap = WRAPPED[name] as (inner: MiddlewareHandler) => MiddlewareHandler
  const seen = async (path: string): Promise<string | undefined> => {
    let route: string | undefined
    const app = new Hono()
    app.use(async (c, next) => {
      await next()
      route = routeOf(c, c.res.status)
    })
    app.use('/denied/*', async (c) => c.text('no', 401))
    app.use(
      '/x/*',
      wrap(async (_c, next) => next()),
    )
    app.use(
      '/denied/*',
      wrap(async (_c, next) => next()),
    )
    app.get('/x/:id', ok)
    app.get('/denied/:id', ok)
    await app.request(path)
    return route
  }

  it('is no route of a 404', async () => {
    expect(await seen('/x/1/nope')).toBe(undefined)
  })

  it('is no route of what comes behind it', async () => {
    expect(await seen('/x/1')).toBe('/x/:id')
  })
})

/** Handlers for every method, in forms that could be taken for middleware. */
const HANDLERS: Record<string, (c: Context) => Response | Promise<Response>> = {
  'an arrow': (c) => c.text('no', 404),
  'an async arrow that calls others with two arguments': async (c) => {
    const text = await Promise.resolve(['n', 'o'].join(''))
    return c.text(text, 404)
  },
  'a destructured context': ({ text, req: { path } }) => text(path, 404),
  'no parameter': () => new Response('no', { status: 404 }),
  'a method': {
    show(c: Context) {
      return c.text('no', 404)
    },
  }.show,
  'a bound method': function show(this: { status: 404 }, c: Context) {
    return c.text('no', this.status)
  }.bind({ status: 404 }),
}

it.each(Object.keys(HANDLERS))('a 404 of %s for all methods has its route', async (name) => {
  let route: string | undefined
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    route = routeOf(c, c.res.status)
  })
  app.all('/all/*', HANDLERS[name] as (c: Context) => Response)
  await app.request('/all/1')
  expect(route).toBe('/all/*')
})
