import { trace } from '@opentelemetry/api'
import type { Hono } from 'hono'
import { knownRoutes } from 'hono-observability/routes'
import { describe, expect, it } from 'vitest'
import { catchTelemetry, FRONTS } from '../hostile/support.ts'

const asked = async (routes: readonly string[], requests: Request[], app: (app: Hono) => void) => {
  const caught = catchTelemetry()
  const options = caught.options({
    http: { route: knownRoutes(routes) },
    metrics: { temporality: 'delta' },
  })
  const wrapped = FRONTS[0]?.[1](options, app)
  for (const request of requests) {
    await caught.send(wrapped as never, request)
  }
  return caught.spans.map(({ name }) => name)
}

const to = (path: string, method = 'GET') => new Request(`https://shop.test${path}`, { method })

/** What `auth.api` of Better Auth looks like: functions with their path, some without one. */
const auth = {
  api: {
    signInEmail: Object.assign(async () => {}, {
      path: '/sign-in/email',
      options: { method: 'POST' },
    }),
    getSession: Object.assign(async () => {}, { path: '/get-session', options: { method: 'GET' } }),
    callbackOAuth: Object.assign(async () => {}, {
      path: '/callback/:id',
      options: { method: ['GET', 'POST'] },
    }),
    setPassword: Object.assign(async () => {}, { options: { method: 'POST' } }),
  },
}

describe('below a wildcard', () => {
  it('Better Auth’s endpoints have their own routes, and whatever else is asked has the wildcard’s', async () => {
    const paths = Object.values(auth.api).flatMap((endpoint) =>
      'path' in endpoint ? [`/api/auth${endpoint.path}`] : [],
    )
    const names = await asked(
      paths,
      [
        to('/api/auth/sign-in/email', 'POST'),
        to('/api/auth/callback/github?code=secret'),
        to('/api/auth/callback/google'),
        ...Array.from({ length: 50 }, (_, i) => to(`/api/auth/made-up-${i}`)),
        to('/orders/7'),
      ],
      (app) => {
        app.on(['GET', 'POST'], '/api/auth/*', (c) => c.text('auth'))
        app.get('/orders/:id', (c) => c.text('order'))
      },
    )
    expect([...new Set(names)]).toEqual([
      'POST /api/auth/sign-in/email',
      'GET /api/auth/callback/:id',
      'GET /api/auth/*',
      'GET /orders/:id',
    ])
  })

  it('an OAuth provider’s endpoints have theirs, also around an app', async () => {
    const routes = [
      'POST /token',
      '/authorize',
      '/register',
      '/.well-known/oauth-authorization-server',
    ]
    const names = await asked(
      routes,
      [
        to('/token', 'POST'),
        to('/token'),
        to('/authorize?state=x'),
        to('/.well-known/oauth-authorization-server'),
      ],
      (app) => void app.all('*', (c) => c.text('provider')),
    )
    expect(names).toEqual([
      'POST /token',
      'GET /*',
      'GET /authorize',
      'GET /.well-known/oauth-authorization-server',
    ])
  })

  it('MCP’s requests have a route for each method of the protocol, and for no other', async () => {
    const METHODS = new Set(['initialize', 'ping', 'tools/list', 'tools/call'])
    const message = (body: string) => new Request('https://shop.test/mcp', { method: 'POST', body })
    const names = await asked(
      [],
      [
        message('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add"}}'),
        message('{"jsonrpc":"2.0","id":1,"method":"made/up"}'),
        message('[{"method":"ping"}]'),
        message('no json'),
      ],
      (app) => {
        app.use('/mcp', async (c, next) => {
          const body: unknown = await c.req.json().catch(() => undefined)
          const { method } = (body ?? {}) as { method?: unknown }
          if (typeof method === 'string' && METHODS.has(method)) {
            trace.getActiveSpan()?.setAttribute('http.route', `/mcp#${method}`)
          }
          await next()
        })
        app.all('/mcp', (c) => c.json({}))
      },
    )
    expect(names).toEqual(['POST /mcp#tools/call', 'POST /mcp', 'POST /mcp', 'POST /mcp'])
  })

  it('the first that fits counts, its parameters and method included', () => {
    const route = knownRoutes(['/a/special', '/a/:id{[0-9]+}', 'POST /a/*', '/b/:x?'])
    expect(['/a/special', '/a/7', '/a/x', '/b', '/c'].map((path) => route(to(path)))).toEqual([
      '/a/special',
      '/a/:id{[0-9]+}',
      undefined,
      '/b/:x?',
      undefined,
    ])
    expect(route(to('/a/x', 'POST'))).toBe('/a/*')
  })

  it('what is no path is refused', () => {
    const message =
      'Cannot know routes: `routes` must be paths like `/orders/:id`, with or without a method in front, received'
    expect(() => knownRoutes(['orders'])).toThrow(new TypeError(`${message} "orders"`))
    expect(() => knownRoutes(7 as never)).toThrow(new TypeError(`${message} 7`))
  })
})
