import { deleteCookie, setCookie } from 'hono/cookie'
import { endTime, startTime, timing } from 'hono/timing'
import { bytes, type Group, sleep } from './group.ts'

const given = (headers: HeadersInit, body: BodyInit | null = 'body'): Response =>
  new Response(body, { headers })

/** What an app says about itself. */
export const headers: Group = {
  path: '/headers',
  routes: {
    cookies: (c) => {
      for (let i = 0; i < 5; i++) {
        setCookie(c, `c${i}`, `v${i}`, { path: '/', httpOnly: i % 2 === 0 })
      }
      deleteCookie(c, 'c9')
      return c.text('cookies')
    },
    'cookies-by-pairs': () =>
      given([
        ['Set-Cookie', 'a=1; Path=/'],
        ['X-Between', '1'],
        ['set-cookie', 'b=2; Expires=Wed, 21 Oct 2015 07:28:00 GMT'],
        ['SET-COOKIE', 'a=1; Path=/'],
      ]),
    'cookies-on-a-stream': () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await sleep(10)
            controller.close()
          },
        }),
        {
          headers: [
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ],
        },
      ),
    duplicates: () =>
      given([
        ['X-Twice', 'a'],
        ['X-Twice', 'b'],
        ['x-twice', 'c'],
      ]),
    'duplicates-on-a-stream': () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await sleep(10)
            controller.enqueue(bytes(3))
            controller.close()
          },
        }),
        {
          headers: [
            ['X-Twice', 'a'],
            ['X-Twice', 'b'],
          ],
        },
      ),
    'odd-case': () => given({ 'x-oDD-cAse': '1', 'X-UPPER': '2', lower: '3' }),
    'no-value': () => given({ 'X-Empty': '' }),
    'spaces-around': () => given({ 'X-Spaces': '  a  b  ' }),
    latin1: () => given({ 'X-Latin': 'caf\u00e9 \u00ff' }),
    unicode: () => given({ 'X-Unicode': 'k\u016f\u0148' }),
    'illegal-value': () => given({ 'X-Bad': 'a\r\nb' }),
    'illegal-name': () => given({ 'X Bad': 'a' }),
    'long-value': () => given({ 'X-Long': 'x'.repeat(4000) }),
    many: () => given(Array.from({ length: 50 }, (_, i) => [`X-H${i}`, String(i)])),
    'server-timing': () => given({ 'Server-Timing': 'db;dur=53, app;dur=47.2' }),
    'own-request-id': () => given({ 'X-Request-ID': 'mine' }),
    'own-request-id-by-c': (c) => {
      c.header('x-request-id', 'by-c')
      return c.text('ok')
    },
    'own-empty-request-id': () => given({ 'X-Request-ID': '' }),
    'own-request-id-on-redirect': (c) => {
      c.header('X-Request-Id', 'redirecting')
      return c.redirect('/a')
    },
    'own-traceparent': () => given({ traceparent: '00-1-2-01', tracestate: 'a=b' }),
    'content-length': () => given({ 'Content-Length': '4' }),
    'content-length-too-long': () => given({ 'Content-Length': '5' }),
    'content-length-of-nothing': () => given({ 'Content-Length': '10' }, null),
    'content-length-of-bytes': () => given({ 'Content-Length': '5000' }, bytes(5000)),
    'transfer-encoding': () => given({ 'Transfer-Encoding': 'chunked' }),
    'transfer-encoding-of-bytes': () => given({ 'Transfer-Encoding': 'chunked' }, bytes(100)),
    'content-encoding-identity': () => given({ 'Content-Encoding': 'identity' }),
    'content-encoding-unknown': () => given({ 'Content-Encoding': 'x-own' }, bytes(100)),
    'connection-close': () => given({ Connection: 'close' }),
    'keep-alive': () => given({ 'Keep-Alive': 'timeout=7' }),
    date: () => given({ Date: 'Tue, 15 Nov 1994 08:12:31 GMT' }),
    etag: () => given({ ETag: 'W/"abc"', 'Last-Modified': 'Tue, 15 Nov 1994 12:45:26 GMT' }),
    vary: () => given({ Vary: 'Accept, Origin' }),
    link: () => given({ Link: '</a>; rel=preload, </b>; rel=preload' }),
    trailer: () => given({ Trailer: 'X-After' }),
    'no-type': () => {
      const response = new Response('untyped')
      response.headers.delete('Content-Type')
      return response
    },
    'empty-type': () => given({ 'Content-Type': '' }),
    'two-types': () =>
      given([
        ['Content-Type', 'text/plain'],
        ['Content-Type', 'text/html'],
      ]),
    'set-then-deleted': (c) => {
      c.header('X-Gone', '1')
      c.header('X-Gone', undefined)
      c.header('X-Added', 'a')
      c.header('X-Added', 'b', { append: true })
      return c.text('ok')
    },
    'on-c-and-response': (c) => {
      c.header('X-From-C', '1')
      c.header('X-Both', 'c')
      return new Response('ok', { headers: { 'X-Both': 'response', 'X-From-Response': '1' } })
    },
  },
  register: (app) => {
    app.use('/headers/timed/*', timing({ total: false }))
    app.get('/headers/timed/*', (c) => {
      startTime(c, 'db')
      endTime(c, 'db')
      return c.text('timed')
    })
    app.use('/headers/after/*', async (c, next) => {
      await next()
      c.res.headers.append('X-After', '1')
      c.header('X-Request-ID', 'after')
    })
    app.get('/headers/after/text', (c) => c.text('after'))
    app.get('/headers/after/redirect', () => Response.redirect('http://example.com/', 302))
    app.get('/headers/after/throws', () => {
      throw new Error('after')
    })
    app.use('/headers/replaced/*', async (c, next) => {
      await next()
      const text = await c.res.text()
      c.res = undefined
      c.res = new Response(`${text} replaced`, { headers: { 'X-New': '1' } })
    })
    app.get('/headers/replaced/*', (c) => c.text('text', 200, { 'X-Old': '1' }))
  },
  requests: {
    timed: { path: '/headers/timed/a' },
    'added afterwards': { path: '/headers/after/text' },
    'added afterwards to a redirect': { path: '/headers/after/redirect' },
    'added afterwards to an error': { path: '/headers/after/throws' },
    'response replaced afterwards': { path: '/headers/replaced/a' },
  },
}
