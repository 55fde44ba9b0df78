import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { cache } from 'hono/cache'
import { every, except, some } from 'hono/combine'
import { compress } from 'hono/compress'
import { contextStorage, getContext } from 'hono/context-storage'
import { csrf } from 'hono/csrf'
import { etag } from 'hono/etag'
import { jwk } from 'hono/jwk'
import { jwt, sign } from 'hono/jwt'
import { logger } from 'hono/logger'
import { requestId } from 'hono/request-id'
import { timeout } from 'hono/timeout'
import { setMetric, timing } from 'hono/timing'
import {
  countedAuth,
  countedValidator,
  honoMetrics,
  openapiOperations,
} from '../../src/entries/hono.ts'
import { middlewareSpans } from '../../src/entries/middleware.ts'
import { captured } from '../../src/entries/testing.ts'
import { type ObservabilityOptions, observability, withSpan } from '../../src/index.ts'
import { accessLine, counted, request, type Seen, span, wholeTrace } from './whole-trace.ts'

export const SECRET = 'it-is-very-secret'

const order = z.object({
  product: z.string(),
  items: z.array(z.object({ count: z.number().min(1) })).optional(),
  labels: z.record(z.string(), z.string()).optional(),
})

const route = createRoute({
  method: 'post',
  path: '/orders/{id}',
  operationId: 'placeOrder',
  request: {
    params: z.object({ id: z.string().min(2) }),
    query: z.object({ page: z.coerce.number().optional() }),
    body: { required: true, content: { 'application/json': { schema: order } } },
  },
  responses: { 200: { description: 'placed' } },
})

/** An app of nearly all middleware that Hono has, each where people put it. */
export const ownApp = (options: ObservabilityOptions = {}) => {
  const said: string[] = []
  const app = new OpenAPIHono()
  app.use(
    observability({
      service: { name: 'own' },
      ...options,
      traces: { middleware: middlewareSpans(), ...(options.traces as object) },
    }),
    honoMetrics(),
    openapiOperations(app),
  )
  app.use(
    requestId(),
    timing({ total: false }),
    logger((line) => void said.push(line)),
    contextStorage(),
  )
  app.use('/pages/*', compress(), etag())
  app.get('/pages/:name', async (c) => {
    setMetric(c, 'db', 1.5)
    const name = await withSpan('render', async () => getContext().req.param('name') ?? '')
    return c.html(name.repeat(2000))
  })
  app.use('/forms/*', csrf(), bodyLimit({ maxSize: 10 }))
  app.post('/forms/:name', (c) => c.text('sent'))
  app.use('/slow', timeout(10))
  app.get('/slow', async (c) => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return c.text('late')
  })
  app.use('/jwt', jwt({ secret: SECRET, alg: 'HS256' }))
  app.use('/jwk', jwk({ keys: [], alg: ['RS256'], allow_anon: true }))
  app.use('/token', bearerAuth({ token: SECRET }))
  app.use('/basic', basicAuth({ username: 'ann', password: SECRET }))
  app.use(
    '/combined/*',
    except(
      '/combined/open',
      some(
        countedAuth(bearerAuth({ token: SECRET })),
        every(
          countedAuth(
            async (c, next) => (c.req.header('x-key') === 'k' ? next() : c.text('', 403)),
            'key',
          ),
        ),
      ),
    ),
  )
  for (const path of ['/jwt', '/jwk', '/token', '/basic', '/combined/:name'] as const) {
    app.get(path, (c) => c.text('in'))
  }
  app.get('/cached', cache({ cacheName: 'own', wait: true, onCacheNotAvailable: false }), (c) =>
    c.text('made', 200, { 'cache-control': 'max-age=60' }),
  )
  const validate = countedValidator(zValidator)
  app.get('/search', validate('query', z.object({ q: z.string().min(3) })), (c) =>
    c.text(c.req.valid('query').q),
  )
  const shop = new Hono()
  shop.onError((_error, c) => c.text('not here', 401))
  shop.use(bearerAuth({ token: SECRET }))
  shop.get('/', (c) => c.text('in'))
  app.route('/sub', shop)
  app.openapi(route, (c) => c.text(c.req.valid('json').product))
  return { app, said }
}

/** Spans of middleware that ran within one another, and of what they came to. */
const chain = (names: string, inside: Seen[] = []): Seen[] =>
  names.split(' ').reduceRight<Seen[]>((children, named) => {
    const [name = '', path = '*'] = named.split('@')
    return [
      span(
        `internal middleware ${name}`,
        {
          'hono.handler.kind': 'middleware',
          'hono.handler.name': name,
          'hono.handler.route': path === '*' ? '/*' : path,
          ...(children.length && {
            'hono.middleware.before_next_ms': 'ms',
            'hono.middleware.after_next_ms': 'ms',
          }),
        },
        children,
      ),
    ]
  }, inside)

const EVERYWHERE = 'requestId timing logger contextStorage'

const handler = (route: string, children: Seen[] = []): Seen =>
  span(
    `internal handler ${route}`,
    { 'hono.handler.kind': 'handler', 'hono.handler.route': route },
    children,
  )

const auth = (scheme: string, outcome: string, reason: string) => ({
  'hono.auth.scheme': scheme,
  'hono.auth.outcome': outcome,
  'hono.auth.reason': reason,
})

/** What is seen of requests to the app above, on every runtime. */
export const seeOwn = async () => {
  const { app, said } = ownApp()
  const get = async (path: string, init?: RequestInit) => {
    const seen = await captured(app, path, init)
    return {
      status: seen.response.status,
      trace: wholeTrace(seen),
      metrics: counted(seen, 'hono.'),
      said: Object.fromEntries(
        Object.entries(accessLine(seen)).filter(([key]) => key.startsWith('hono.')),
      ),
    }
  }
  const page = await get('/pages/home')
  const tag = (await app.request('/pages/home')).headers.get('etag') ?? ''
  return {
    page,
    unchanged: await get('/pages/home', { headers: { 'if-none-match': tag } }),
    form: await get('/forms/a', { ...json('x'), headers: { 'content-type': 'text/plain' } }),
    tooLarge: await get('/forms/a', json('x'.repeat(20))),
    slow: await get('/slow'),
    letIn: await get('/jwt', bearer(await token())),
    expired: await get('/jwt', bearer(await token({ exp: 1 }))),
    combined: await get('/combined/a', { headers: { 'x-key': 'k' } }),
    search: await get('/search?q=a'),
    order: await get('/orders/77', json({ product: 'x' })),
    wrongOrder: await get(
      '/orders/77',
      json({ items: [{ count: 0 }, { count: 0 }], labels: { private: 1 } }),
    ),
    logged: said.length,
  }
}

const refusal = (name: string, status: number): object => ({
  name: 'hono.middleware.refusals',
  times: 1,
  'hono.handler.name': name,
  'http.response.status_code': status,
})

const failure = (target: string, field: string, code: string, route: string): object => ({
  name: 'hono.validation.failures',
  times: 1,
  'http.route': route,
  'hono.validation.target': target,
  'hono.validation.field': field,
  'hono.validation.code': code,
})

const page = (status: number): object => ({
  status,
  trace: [
    {
      ...request(
        `GET /pages/:name ${status}`,
        '/pages/home',
        chain(`${EVERYWHERE} compress@/pages/* etag@/pages/*`, [
          handler('/pages/:name', [span('internal render')]),
        ]),
      ),
      events: ['server_timing'],
    },
  ],
  metrics: [],
  said: {},
})

const refused = (
  path: string,
  said: string,
  names: string,
  attributes: object,
  metric: object,
) => ({
  status: Number(said.split(' ').at(-1)),
  trace: [request(said, path, chain(names), attributes as Record<string, unknown>)],
  metrics: [metric],
  said: attributes,
})

const counts = (...outcomes: object[]): object[] =>
  outcomes.map((outcome) => ({ name: 'hono.auth.requests', times: 1, ...outcome }))

const between = { 'hono.middleware.before_next_ms': 'ms', 'hono.middleware.after_next_ms': 'ms' }

/** Middleware of one route, as `@hono/zod-openapi` puts it there. */
const ofRoute = (route: string, names: readonly string[], isRefused: boolean): Seen[] =>
  names.reduceRight<Seen[]>(
    (children, name) => {
      // What was refused did not take `next`.
      const kind = children.length ? 'middleware' : 'handler'
      return [
        span(
          `internal ${kind} ${name || route}`,
          {
            'hono.handler.kind': kind,
            ...(name && { 'hono.handler.name': name }),
            'hono.handler.route': route,
            ...(children.length && between),
          },
          children,
        ),
      ]
    },
    isRefused ? [] : [handler(route)],
  )

const PLACED = { 'hono.openapi.operation_id': 'placeOrder' }
const WRONG = {
  ...PLACED,
  'hono.validation.target': 'json',
  'hono.validation.fields': ['product', 'items[].count', 'labels.*'],
}
const SEARCH = { 'hono.validation.target': 'query', 'hono.validation.fields': ['q'] }

export const OWN_SEEN = {
  page: page(200),
  unchanged: page(304),
  form: refused(
    '/forms/a',
    'POST /forms/:name 403',
    `${EVERYWHERE} csrf@/forms/*`,
    { 'hono.middleware.refused_by': 'csrf' },
    refusal('csrf', 403),
  ),
  tooLarge: refused(
    '/forms/a',
    'POST /forms/:name 413',
    `${EVERYWHERE} csrf@/forms/* bodyLimit@/forms/*`,
    { 'hono.middleware.refused_by': 'bodyLimit' },
    refusal('bodyLimit', 413),
  ),
  slow: {
    status: 504,
    trace: [
      request(
        '!GET /slow 504',
        '/slow',
        chain(EVERYWHERE, [
          span(
            '!internal middleware timeout',
            {
              'hono.handler.kind': 'middleware',
              'hono.handler.name': 'timeout',
              'hono.handler.route': '/slow',
              'hono.middleware.before_next_ms': 'ms',
              'error.type': 'HTTPException',
            },
            [handler('/slow')],
            ['HTTPException'],
          ),
        ]),
        { 'hono.middleware.refused_by': 'timeout', 'error.type': 'HTTPException' },
        ['HTTPException'],
      ),
    ],
    metrics: [refusal('timeout', 504)],
    said: { 'hono.middleware.refused_by': 'timeout' },
  },
  letIn: {
    status: 200,
    trace: [
      request(
        'GET /jwt 200',
        '/jwt',
        chain(`${EVERYWHERE} jwt@/jwt`, [handler('/jwt')]),
        auth('jwt', 'success', 'none'),
      ),
    ],
    metrics: counts(auth('jwt', 'success', 'none')),
    said: auth('jwt', 'success', 'none'),
  },
  expired: refused(
    '/jwt',
    'GET /jwt 401',
    `${EVERYWHERE} jwt@/jwt`,
    auth('jwt', 'failure', 'expired'),
    counts(auth('jwt', 'failure', 'expired'))[0] as object,
  ),
  combined: {
    status: 200,
    trace: [
      request(
        'GET /combined/:name 200',
        '/combined/a',
        chain(`${EVERYWHERE} except@/combined/*`, [handler('/combined/:name')]),
        auth('key', 'success', 'none'),
      ),
    ],
    metrics: counts(auth('bearer', 'failure', 'missing'), auth('key', 'success', 'none')),
    said: auth('key', 'success', 'none'),
  },
  search: {
    status: 400,
    trace: [
      request(
        'GET /search 400',
        '/search?q=a'.split('?')[0] as string,
        chain(EVERYWHERE, ofRoute('/search', ['validate query'], true)),
        SEARCH,
      ),
    ],
    metrics: [failure('query', 'q', 'too_small', '/search')],
    said: SEARCH,
  },
  order: {
    status: 200,
    trace: [
      request(
        'POST /orders/:id 200',
        '/orders/77',
        chain(EVERYWHERE, ofRoute('/orders/:id', ['', '', 'mediaTypeGate', ''], false)),
        PLACED,
      ),
    ],
    metrics: [],
    said: PLACED,
  },
  wrongOrder: {
    status: 400,
    trace: [
      request(
        'POST /orders/:id 400',
        '/orders/77',
        chain(EVERYWHERE, ofRoute('/orders/:id', ['', '', 'mediaTypeGate', ''], true)),
        WRONG,
      ),
    ],
    metrics: [
      failure('json', 'product', 'invalid_type', '/orders/:id'),
      failure('json', 'items[].count', 'too_small', '/orders/:id'),
      failure('json', 'labels.*', 'invalid_type', '/orders/:id'),
    ],
    said: WRONG,
  },
  // Two lines a request, one of which was no capture.
  logged: 24,
}

/** A token of the secret, with these claims. */
export const token = (claims: object = {}, secret = SECRET): Promise<string> =>
  sign({ sub: 'ann', ...claims }, secret, 'HS256')

export const bearer = (value: string): RequestInit => ({
  headers: { authorization: `Bearer ${value}` },
})

export const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
