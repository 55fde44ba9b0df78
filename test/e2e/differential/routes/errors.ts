import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { timeout } from 'hono/timeout'
import { bytes, type Group, type Handler, sleep } from './group.ts'

const throwing =
  (what: unknown): Handler =>
  () => {
    throw what
  }

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

class Teapot extends Error {
  getResponse(): Response {
    return new Response('short and stout', { status: 418, headers: { 'X-Tea': '1' } })
  }
}

const handled = (onError: (error: Error) => Response | Promise<Response>): Hono => {
  const sub = new Hono()
  sub.get('/', throwing(new Error('handled')) as never)
  sub.onError(onError)
  return sub
}

/** What throws here gets the answer that Hono gives where an app has no handler of its own. */
export const HANDLED_BY_DEFAULT = '/errors/by-default/'

/** What goes wrong in an app. */
export const errors: Group = {
  path: '/errors',
  routes: {
    error: throwing(new Error('secret detail')),
    'after-a-pause': async () => {
      await sleep(5)
      throw new RangeError('late')
    },
    rejected: () => Promise.reject(new TypeError('rejected')),
    string: throwing('a string'),
    number: throwing(42),
    null: throwing(null),
    undefined: throwing(undefined),
    object: throwing({ status: 404, message: 'looks like one' }),
    response: (c) => throwing(new Response('thrown', { status: 409 }))(c),
    'without-prototype': throwing(Object.create(null)),
    'revoked-proxy': (c) => throwing(revoked())(c),
    'getter-that-throws': (c) =>
      throwing(
        Object.defineProperty(new Error('a'), 'message', {
          get() {
            throw new Error('in the getter')
          },
        }),
      )(c),
    'http-exception': throwing(new HTTPException(403, { message: 'not you' })),
    'http-exception-401': throwing(new HTTPException(401)),
    'http-exception-with-response': throwing(
      new HTTPException(400, { message: 'x', cause: new Error('cause') }),
    ),
    'http-exception-with-a-response': () => {
      throw new HTTPException(409, {
        res: new Response('own', { status: 409, headers: { 'X-Own': '1', 'Set-Cookie': 'a=1' } }),
      })
    },
    'with-get-response': throwing(new Teapot('tea')),
    'dom-exception': () => {
      throw new DOMException('aborted', 'AbortError')
    },
    aggregate: throwing(new AggregateError([new Error('a'), new Error('b')], 'many')),
    'after-c-header': (c) => {
      c.header('X-Before', '1')
      c.status(201)
      throw new Error('after headers')
    },
    frozen: throwing(Object.freeze(new Error('frozen'))),
  },
  register: (app) => {
    app.route(
      '/errors/handled/418',
      handled(() => new Response('tea', { status: 418 })),
    )
    app.route(
      '/errors/handled/200',
      handled(() => new Response('fine')),
    )
    app.route(
      '/errors/handled/throws',
      handled(() => {
        throw new Error('in onError')
      }),
    )
    app.route(
      '/errors/handled/throws-a-string',
      handled(() => {
        throw 'in onError'
      }),
    )
    app.route(
      '/errors/handled/stream',
      handled(() => new Response(new Blob(['streamed']).stream(), { status: 500 })),
    )
    const byDefault = (path: string, handler: Handler): void => {
      app.get(HANDLED_BY_DEFAULT + path, handler)
    }
    byDefault('error', throwing(new Error('by default')))
    byDefault('403', throwing(new HTTPException(403, { message: 'not you' })))
    byDefault('no-latin', throwing(new HTTPException(403, { message: 'nicht für dich: ✋' })))
    byDefault('without-message', throwing(new HTTPException(401)))
    byDefault('with-get-response', throwing(new Teapot('tea')))
    byDefault('with-bytes', () => {
      throw new HTTPException(409, { res: new Response(bytes(300)) })
    })
    byDefault('with-json', () => {
      throw new HTTPException(409, { res: Response.json({ own: true }) })
    })
    byDefault('with-a-stream', () => {
      throw new HTTPException(409, { res: new Response(new Blob(['streamed']).stream()) })
    })
    byDefault('after-c-header', (c) => {
      c.header('X-Before', '1')
      throw new HTTPException(403, { message: 'after a header' })
    })
    app.use(`${HANDLED_BY_DEFAULT}basic-auth`, basicAuth({ username: 'a', password: 'b' }))
    app.use(`${HANDLED_BY_DEFAULT}timeout`, timeout(5))
    byDefault('timeout', async (c) => {
      await sleep(100)
      return c.text('too late')
    })
    app.post(`${HANDLED_BY_DEFAULT}body-limit`, bodyLimit({ maxSize: 4 }), (c) => c.text('fits'))
    app.use('/errors/middleware/before', throwing(new Error('before')) as never)
    app.get('/errors/middleware/before', (c) => c.text('never'))
    app.use('/errors/middleware/after', async (_, next) => {
      await next()
      throw new Error('after')
    })
    app.get('/errors/middleware/after', (c) => c.text('overruled'))
    app.use('/errors/middleware/twice', async (_, next) => {
      await next()
      await next()
    })
    app.get('/errors/middleware/twice', (c) => c.text('once'))
    app.use('/errors/middleware/caught', async (c, next) => {
      await next()
      if (c.error) {
        c.res = new Response('caught', { status: 503 })
      }
    })
    app.get('/errors/middleware/caught', throwing(new Error('caught')))
    app.use('/errors/middleware/silent', async () => {})
  },
  requests: {
    'handled as 418': { path: '/errors/handled/418' },
    'handled as 200': { path: '/errors/handled/200' },
    'an error handler that throws': { path: '/errors/handled/throws' },
    'an error handler that throws a string': { path: '/errors/handled/throws-a-string' },
    'an error handler that streams': { path: '/errors/handled/stream' },
    'middleware that throws before': { path: '/errors/middleware/before' },
    'middleware that throws after': { path: '/errors/middleware/after' },
    'middleware that calls next twice': { path: '/errors/middleware/twice' },
    'middleware that catches': { path: '/errors/middleware/caught' },
    'middleware that neither answers nor goes on': { path: '/errors/middleware/silent' },
    ...Object.fromEntries(
      [
        'error',
        '403',
        'no-latin',
        'without-message',
        'with-get-response',
        'with-bytes',
        'with-json',
        'with-a-stream',
        'after-c-header',
        'basic-auth',
        'timeout',
      ].map((name) => [`${name} by default`, { path: HANDLED_BY_DEFAULT + name }]),
    ),
    '403 by default, HEAD': { method: 'HEAD', path: `${HANDLED_BY_DEFAULT}403` },
    'a body above the limit': {
      method: 'POST',
      path: `${HANDLED_BY_DEFAULT}body-limit`,
      body: '12345',
      once: true,
    },
    'no route': { path: '/nowhere/at/all' },
    'no route, HEAD': { method: 'HEAD', path: '/nowhere' },
    'no route, POST with a body': { method: 'POST', path: '/nowhere', body: 'ignored' },
    'a notFound that throws': { path: '/nowhere/throws' },
    'a notFound that throws a string': { path: '/nowhere/throws-a-string' },
    'a notFound that streams': { path: '/nowhere/streams' },
  },
}
