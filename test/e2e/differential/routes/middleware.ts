import { basicAuth } from 'hono/basic-auth'
import { bearerAuth } from 'hono/bearer-auth'
import { bodyLimit } from 'hono/body-limit'
import { every, except, some } from 'hono/combine'
import { compress } from 'hono/compress'
import { contextStorage, getContext } from 'hono/context-storage'
import { cors } from 'hono/cors'
import { csrf } from 'hono/csrf'
import { etag } from 'hono/etag'
import { jwt } from 'hono/jwt'
import { languageDetector } from 'hono/language'
import { methodOverride } from 'hono/method-override'
import { poweredBy } from 'hono/powered-by'
import { prettyJSON } from 'hono/pretty-json'
import { secureHeaders } from 'hono/secure-headers'
import { serveStatic } from 'hono/serve-static'
import { timeout } from 'hono/timeout'
import { trimTrailingSlash } from 'hono/trailing-slash'
import { validator } from 'hono/validator'
import { type App, bytes, type Group, type Sent, sleep } from './group.ts'
import { requestId } from './request-id.mjs'

const SECRET = 'a secret that is long enough for every algorithm'
/** Of `{ sub: 'ada' }`, by that secret. */
const token = [
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJzdWIiOiJhZGEifQ',
  'LuNDQ7MDntdAuUf-PL2ze5R4p08wZrckJxZcF_UCVRw',
].join('.')
const at = (
  path: string,
  headers: Record<string, string> = {},
  more: Partial<Sent> = {},
): Sent => ({
  path: `/middleware/${path}`,
  headers: Object.entries(headers),
  ...more,
})

const streamed = (): Response =>
  new Response(
    new ReadableStream({
      async pull(controller) {
        await sleep(10)
        controller.enqueue(new TextEncoder().encode('streamed '.repeat(200)))
        controller.close()
      },
    }),
    { headers: { 'Content-Type': 'text/plain' } },
  )

const register = (root: App): void => {
  const app = root.basePath('/middleware')

  app.use('/etag/*', etag())
  app.get('/etag/text', (c) => c.text('tagged'))
  app.get('/etag/bytes', () => new Response(bytes(2000)))
  app.get('/etag/stream', streamed)
  app.get('/etag/own', (c) => c.text('own', 200, { ETag: '"own"' }))

  app.use('/compress/*', compress({ threshold: 100 }))
  app.get('/compress/text', (c) => c.text('compress me '.repeat(500)))
  app.get('/compress/short', (c) => c.text('short'))
  app.get('/compress/bytes', (c) => c.body(bytes(5000)))
  app.get('/compress/stream', streamed)

  app.use('/cors/*', cors({ origin: 'http://a.test', exposeHeaders: ['X-A'], maxAge: 60 }))
  app.all('/cors/a', (c) => c.text('shared'))
  app.use('/csrf/*', csrf())
  app.post('/csrf/a', (c) => c.text('posted'))
  app.use('/secure/*', secureHeaders())
  app.get('/secure/text', (c) => c.text('secure'))
  app.get('/secure/redirect', () => Response.redirect('http://example.com/'))
  app.use('/powered/*', poweredBy())
  app.get('/powered/a', (c) => c.text('powered'))
  app.use('/pretty/*', prettyJSON())
  app.get('/pretty/a', (c) => c.json({ a: 1 }))

  app.use('/limit/*', bodyLimit({ maxSize: 10 }))
  app.post('/limit/a', async (c) => c.text(await c.req.text()))
  app.use('/timeout/*', timeout(30))
  app.get('/timeout/late', async (c) => {
    await sleep(500)
    return c.text('late')
  })
  app.get('/timeout/soon', (c) => c.text('soon'))

  app.use('/basic/*', basicAuth({ username: 'ada', password: 'pw' }))
  app.get('/basic/a', (c) => c.text('in'))
  app.use('/bearer/*', bearerAuth({ token: 'tok' }))
  app.get('/bearer/a', (c) => c.text('in'))
  app.use('/jwt/*', jwt({ secret: SECRET, alg: 'HS256' }))
  app.get('/jwt/a', (c) => c.json(c.get('jwtPayload' as never)))

  app.use('/id/*', requestId({ generator: () => 'generated-by-hono' }))
  app.get('/id/a', (c) => c.text(String(c.get('requestId' as never))))
  app.get('/id/redirect', () => Response.redirect('http://example.com/'))
  app.get('/id/fails', () => {
    throw new Error('with an id')
  })
  app.use('/named-id/*', requestId({ headerName: 'X-Correlation', generator: () => 'correlated' }))
  app.get('/named-id/a', (c) => c.text('named'))

  app.use('/storage/*', contextStorage())
  app.get('/storage/a', async (c) => {
    await sleep(5)
    return c.text(getContext().req.path)
  })
  app.use(
    '/language/*',
    languageDetector({ supportedLanguages: ['en', 'cs'], fallbackLanguage: 'en' }),
  )
  app.get('/language/a', (c) => c.text(String(c.get('language' as never))))
  app.get(
    '/validated',
    validator('query', (value, c) => (value.a ? value : c.text('no a', 400))),
    (c) => c.json(c.req.valid('query' as never) as object),
  )
  app.use(
    '/some/*',
    some(bearerAuth({ token: 'tok' }), basicAuth({ username: 'a', password: 'b' })),
  )
  app.get('/some/a', (c) => c.text('in by some'))
  app.use('/every/*', every(poweredBy(), bearerAuth({ token: 'tok' })))
  app.get('/every/a', (c) => c.text('in by every'))
  app.use('/except/*', except('/middleware/except/open', bearerAuth({ token: 'tok' })))
  app.get('/except/:which', (c) => c.text(c.req.param('which')))

  app.use('/trim/*', trimTrailingSlash())
  app.get('/trim/a', (c) => c.text('trimmed'))
  app.use('/override/*', methodOverride({ app: root }))
  app.post('/override/a', (c) => c.text('posted'))
  app.delete('/override/a', async (c) => c.text(`deleted ${c.req.method}`))

  const files: Record<string, string> = { 'a.txt': 'a file', 'b.html': '<p>file</p>' }
  app.use(
    '/static/*',
    serveStatic({
      root: '',
      rewriteRequestPath: (path) => path.replace(/^\/middleware\/static\//, ''),
      getContent: async (path) => files[path] ?? null,
      join: (...parts: string[]) => parts.filter(Boolean).join('/').replace(/^\//, ''),
    }),
  )
}

/** Hono's own middleware, below ours. */
export const middleware: Group = {
  path: '/middleware',
  register,
  requests: {
    etag: at('etag/text'),
    'etag of bytes': at('etag/bytes'),
    'etag of a stream': at('etag/stream'),
    'own etag': at('etag/own'),
    'etag that matches': at('etag/own', { 'If-None-Match': '"own"' }),
    'etag that does not': at('etag/own', { 'If-None-Match': '"other"' }),
    compress: at('compress/text', { 'Accept-Encoding': 'gzip' }),
    'compress, deflate': at('compress/text', { 'Accept-Encoding': 'deflate' }),
    'compress, not accepted': at('compress/text', { 'Accept-Encoding': 'identity' }),
    'compress what is short': at('compress/short', { 'Accept-Encoding': 'gzip' }),
    'compress bytes': at('compress/bytes', { 'Accept-Encoding': 'gzip' }),
    'compress a stream': at('compress/stream', { 'Accept-Encoding': 'gzip' }),
    'compress a HEAD': at('compress/text', { 'Accept-Encoding': 'gzip' }, { method: 'HEAD' }),
    cors: at('cors/a', { Origin: 'http://a.test' }),
    'cors, preflight': at(
      'cors/a',
      { Origin: 'http://a.test', 'Access-Control-Request-Method': 'PUT' },
      { method: 'OPTIONS' },
    ),
    'csrf refused': at(
      'csrf/a',
      { Origin: 'http://evil.test', 'Content-Type': 'text/plain' },
      { method: 'POST', body: 'a' },
    ),
    'csrf, another type': at(
      'csrf/a',
      { 'Content-Type': 'application/json' },
      { method: 'POST', body: '{}' },
    ),
    'secure headers': at('secure/text'),
    'secure headers on a redirect': at('secure/redirect'),
    'powered by': at('powered/a'),
    'pretty JSON': at('pretty/a?pretty'),
    'body within the limit': at('limit/a', {}, { method: 'POST', body: 'short' }),
    'body over the limit': at(
      'limit/a',
      {},
      { method: 'POST', body: 'longer than ten', once: true },
    ),
    'body in chunks over the limit': at(
      'limit/a',
      {},
      { method: 'POST', body: ['12345', '67890', 'abc'], once: true },
    ),
    'timed out': at('timeout/late'),
    'in time': at('timeout/soon'),
    'basic auth': at('basic/a', { Authorization: `Basic ${btoa('ada:pw')}` }),
    'basic auth refused': at('basic/a'),
    'bearer auth': at('bearer/a', { Authorization: 'Bearer tok' }),
    'bearer auth refused': at('bearer/a'),
    'bearer auth, another token': at('bearer/a', { Authorization: 'Bearer other' }),
    jwt: at('jwt/a', { Authorization: `Bearer ${token}` }),
    'jwt refused': at('jwt/a'),
    'jwt that is none': at('jwt/a', { Authorization: 'Bearer a.b.c' }),
    'request id made by Hono': at('id/a'),
    'request id of the caller': at('id/a', { 'X-Request-Id': 'callers-own' }),
    'request id that is illegal': at('id/a', { 'X-Request-Id': 'not legal!' }),
    'request id on a redirect': at('id/redirect'),
    'request id on an error': at('id/fails'),
    'request id by another name': at('named-id/a'),
    'context storage': at('storage/a'),
    language: at('language/a', { 'Accept-Language': 'cs' }),
    'valid query': at('validated?a=1'),
    'invalid query': at('validated'),
    'combine some': at('some/a', { Authorization: 'Bearer tok' }),
    'combine some refused': at('some/a'),
    'combine every': at('every/a', { Authorization: 'Bearer tok' }),
    'combine every refused': at('every/a'),
    'combine except': at('except/open'),
    'combine except refused': at('except/closed'),
    'trailing slash': at('trim/a/'),
    'method override': at(
      'override/a',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { method: 'POST', body: '_method=DELETE' },
    ),
    'method not overridden': at(
      'override/a',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { method: 'POST', body: 'a=b' },
    ),
    'a static file': at('static/a.txt'),
    'a static page': at('static/b.html'),
    'no static file': at('static/c.txt'),
    'a static file, HEAD': at('static/a.txt', {}, { method: 'HEAD' }),
  },
}
