import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import { instrument, observability, withSpan } from 'hono-observability'
import { describe, expect, it, vi } from 'vitest'
import { Capture, send } from './support.ts'

const ERROR = 2

const setUp = (configure: (app: Hono) => void): { app: Hono; capture: Capture } => {
  const capture = new Capture()
  const app = new Hono()
  app.use(observability(capture.options()))
  configure(app)
  return { app, capture }
}

describe('a server span', () => {
  it('is named after method and route, with the attributes of the conventions', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
    })
    const { response } = await send(app, '/orders/7')
    expect(response.status).toBe(200)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /orders/:id')
    expect(span.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': '/orders/7',
      'server.address': 'shop.test',
    })
    expect(span.status).toBeUndefined()
    expect(span.attributes['error.type']).toBeUndefined()
  })

  it('of a 404 has neither route nor path in its name, and no error', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/orders/:id', (c) => c.text('ok'))
      app.use('/api/*', (_c, next) => next())
    })
    const { response } = await send(app, '/api/nothing/here')
    expect(response.status).toBe(404)
    const span = capture.serverSpan
    expect(span.name).toBe('GET')
    expect(span.attributes['http.route']).toBeUndefined()
    expect(span.attributes['http.response.status_code']).toBe(404)
    expect(span.status).toBeUndefined()
  })

  it('of a 401 by middleware has the route behind it, and no error', async () => {
    const { app, capture } = setUp((app) => {
      app.use('/admin/*', bearerAuth({ token: 'right' }))
      app.get('/admin/users/:id', (c) => c.text('secret'))
    })
    const { response } = await send(app, '/admin/users/3', {
      headers: { authorization: 'Bearer wr0ng-secret' },
    })
    expect(response.status).toBe(401)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /admin/users/:id')
    expect(span.attributes['http.route']).toBe('/admin/users/:id')
    expect(span.attributes['http.response.status_code']).toBe(401)
    expect(span.status).toBeUndefined()
    expect(span.attributes['error.type']).toBeUndefined()
    expect(capture.text).not.toContain('wr0ng-secret')
  })

  it('of an HTTPException(401) has no error either', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/guarded', () => {
        throw new HTTPException(401, { message: 'no' })
      })
    })
    const { response } = await send(app, '/guarded')
    expect(response.status).toBe(401)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /guarded')
    expect(span.attributes['http.response.status_code']).toBe(401)
    expect(span.status).toBeUndefined()
    expect(span.attributes['error.type']).toBeUndefined()
  })

  it('of a thrown Error is an error of its class, with the exception as an event', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { app, capture } = setUp((app) => {
      app.get('/boom', () => {
        throw new RangeError('out of stock')
      })
    })
    const { response, body } = await send(app, '/boom')
    expect([response.status, body]).toEqual([500, 'Internal Server Error'])
    const span = capture.serverSpan
    expect(span.name).toBe('GET /boom')
    expect(span.status).toEqual({ code: ERROR, message: 'out of stock' })
    expect(span.attributes['error.type']).toBe('RangeError')
    expect(span.attributes['http.response.status_code']).toBe(500)
    expect(span.events).toMatchObject([
      {
        name: 'exception',
        attributes: { 'exception.type': 'RangeError', 'exception.message': 'out of stock' },
      },
    ])
  })

  it('of a thrown string is an error, and the string is still thrown', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/boom', () => {
        throw 'just text'
      })
    })
    const ctx = createExecutionContext()
    await expect(async () => app.fetch(new Request('http://shop.test/boom'), {}, ctx)).rejects.toBe(
      'just text',
    )
    await waitOnExecutionContext(ctx)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /boom')
    expect(span.status?.code).toBe(ERROR)
    expect(span.attributes['error.type']).toBe('500')
    expect(span.attributes['http.response.status_code']).toBe(500)
  })

  it('of a 503 that was returned is an error of that status, and no exception', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/ready', (c) => c.text('not yet', 503))
    })
    await send(app, '/ready')
    const span = capture.serverSpan
    expect(span.status).toEqual({ code: ERROR })
    expect(span.attributes['error.type']).toBe('503')
    expect(span.events ?? []).toEqual([])
  })

  it('follows the status that an error handler chose', async () => {
    const { app, capture } = setUp((app) => {
      app.onError((_error, c) => c.text('teapot', 418))
      app.get('/tea', () => {
        throw new Error('handled')
      })
    })
    const { response } = await send(app, '/tea')
    expect(response.status).toBe(418)
    expect(capture.serverSpan.attributes['http.response.status_code']).toBe(418)
    expect(capture.serverSpan.status).toBeUndefined()
  })

  it('is an error when error handler or not-found handler throw themselves', async () => {
    for (const configure of [
      (app: Hono) =>
        app.onError(() => {
          throw new TypeError('in onError')
        }),
      (app: Hono) =>
        app.notFound(() => {
          throw new TypeError('in notFound')
        }),
    ]) {
      const { app, capture } = setUp((app) => {
        configure(app)
        app.get('/boom', () => {
          throw new Error('first')
        })
      })
      const ctx = createExecutionContext()
      await Promise.resolve(app.fetch(new Request('http://shop.test/boom'), {}, ctx)).catch(
        () => {},
      )
      await Promise.resolve(app.fetch(new Request('http://shop.test/gone'), {}, ctx)).catch(
        () => {},
      )
      await waitOnExecutionContext(ctx)
      expect(capture.spans).toHaveLength(2)
      expect(capture.spans.some(({ attributes }) => attributes['error.type'] === 'TypeError')).toBe(
        true,
      )
    }
  })

  it('has the route of `app.all`, of a sub-app and of a basePath', async () => {
    const { app, capture } = setUp((app) => {
      app.all('/any/:thing', (c) => c.text('any'))
      const sub = new Hono().basePath('/v1')
      sub.get('/items/:id', (c) => c.text('item'))
      app.route('/api', sub)
      const mounted = new Hono().get('/inner/:x', (c) => c.text('inner'))
      app.mount('/mounted', mounted.fetch)
    })
    await send(app, '/any/1', { method: 'DELETE' })
    await send(app, '/api/v1/items/9')
    await send(app, '/mounted/inner/3')
    expect(capture.spans.map(({ name }) => name)).toEqual([
      'DELETE /any/:thing',
      'GET /api/v1/items/:id',
      'GET /mounted/*',
    ])
  })

  it('has the route that the app set itself, in name and attribute', async () => {
    const { app, capture } = setUp((app) => {
      app.all('/rpc/*', (c) => {
        trace.getActiveSpan()?.setAttribute('http.route', '/rpc/orders.list')
        return c.text('ok')
      })
    })
    await send(app, '/rpc/x')
    expect(capture.serverSpan.name).toBe('GET /rpc/orders.list')
    expect(capture.serverSpan.attributes['http.route']).toBe('/rpc/orders.list')
  })

  it('of work that goes on in waitUntil is sent with it', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/late', (c) => {
        c.executionCtx.waitUntil(withSpan('afterwards', () => scheduler.wait(80)))
        return c.text('ok')
      })
    })
    await send(app, '/late')
    expect(capture.spans.map(({ name }) => name)).toEqual(['GET /late', 'afterwards'])
    expect(capture.spans[1]?.parentSpanId).toBe(capture.serverSpan.spanId)
  })

  it('keeps secrets of exceptions out of the export', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { app, capture } = setUp((app) => {
      app.get('/boom', () => {
        throw new Error('refused: Authorization: Bearer s3cr3t-token-123456')
      })
    })
    await send(app, '/boom')
    expect(capture.serverSpan.events).toHaveLength(1)
    expect(capture.text).not.toContain('s3cr3t-token-123456')
  })

  it('keeps secrets of the query out of the export', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/search', (c) => c.text('found'))
    })
    await send(app, '/search?token=s3cr3t-value&q=shoes&s3cr3t-bare')
    expect(capture.serverSpan.attributes['url.query']).toBe('token=REDACTED&q=REDACTED&REDACTED')
    expect(capture.text).not.toContain('s3cr3t')
    expect(capture.text).not.toContain('shoes')
  })

  it('names unknown methods HTTP', async () => {
    const { app, capture } = setUp((app) => {
      app.on('PURGE', '/cache', (c) => c.text('gone'))
    })
    await send(app, '/cache', { method: 'PURGE' })
    expect(capture.serverSpan.name).toBe('HTTP /cache')
    expect(capture.serverSpan.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    })
  })

  it('continues the trace of the caller, and starts one when the header is malformed', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/', (c) => c.text('ok'))
    })
    await send(app, '/', {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    })
    await send(app, '/', {
      headers: { traceparent: '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01' },
    })
    const [joined, fresh] = capture.spans
    expect(joined?.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(joined?.parentSpanId).toBe('b7ad6b7169203331')
    expect(fresh?.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c')
    expect(fresh?.parentSpanId).toBeUndefined()
  })
})

const streamed = (): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('streamed'))
      controller.close()
    },
  })

describe('a body that the runtime made', () => {
  it.each<[string, (env: { CACHE: KVNamespace }) => BodyInit | Promise<BodyInit | null>, number?]>([
    ['bytes', () => new Uint8Array(5000), 5000],
    ['a Blob', () => new Blob(['abc']), 3],
    [
      'a stream of known length',
      () => {
        const { readable, writable } = new FixedLengthStream(3)
        void new Response('abc').body?.pipeTo(writable)
        return readable
      },
      3,
    ],
    [
      'what an identity transform passes on',
      () => {
        const { readable, writable } = new IdentityTransformStream()
        void new Response('abc').body?.pipeTo(writable)
        return readable
      },
    ],
    [
      'a stream of KV',
      async ({ CACHE }) => {
        await CACHE.put('body', 'abc')
        return CACHE.get('body', 'stream')
      },
    ],
  ])('is sent as it is, and its request ends at its headers: %s', async (_what, make, length) => {
    const { app, capture } = setUp((app) => {
      app.get('/', async (c) => new Response(await make(c.env as never)))
    })
    const ctx = createExecutionContext()
    const { env } = await import('cloudflare:test')
    const response = await app.fetch(new Request('http://shop.test/'), env, ctx)
    // What the runtime made can be read into a buffer of one's own.
    const { body } = response
    body?.getReader({ mode: 'byob' }).releaseLock()
    const [whole] = await Promise.all([response.arrayBuffer(), waitOnExecutionContext(ctx)])
    expect(whole.byteLength).toBe(length ?? 3)
    expect(capture.serverSpan.attributes['hono.time_to_headers_ms']).toBeUndefined()
  })
})

describe('a streamed response', () => {
  it('is timed to the end of its body', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/events', (c) =>
        streamSSE(c, async (stream) => {
          for (let i = 0; i < 5; i++) {
            await stream.writeSSE({ data: String(i) })
            await stream.sleep(100)
          }
        }),
      )
    })
    const { body } = await send(app, '/events')
    expect(body.match(/data: /g)).toHaveLength(5)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /events')
    expect(span.durationMs).toBeGreaterThanOrEqual(480)
    expect(span.durationMs).toBeLessThan(1500)
    expect(span.attributes['hono.time_to_headers_ms']).toBeLessThan(100)
    expect(span.status).toBeUndefined()
  })

  it('that the client aborts ends then, without an error', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/endless', (c) =>
        c.body(
          new ReadableStream({
            async pull(controller) {
              await scheduler.wait(20)
              controller.enqueue(new TextEncoder().encode('x'))
            },
          }),
        ),
      )
    })
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request('http://shop.test/endless'), {}, ctx)
    const reader = (response.body as ReadableStream).getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    await waitOnExecutionContext(ctx)
    const span = capture.serverSpan
    expect(span.name).toBe('GET /endless')
    expect(span.attributes['hono.stream.outcome']).toBe('cancel')
    expect(span.status).toBeUndefined()
    expect(span.durationMs).toBeGreaterThanOrEqual(20)
    expect(span.durationMs).toBeLessThan(2000)
  })

  it('whose source fails is an error, and the client sees it fail', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/broken', (c) =>
        c.body(
          new ReadableStream({
            start(controller) {
              controller.enqueue(new TextEncoder().encode('x'))
            },
            pull() {
              throw new RangeError('source died')
            },
          }),
        ),
      )
    })
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request('http://shop.test/broken'), {}, ctx)
    await expect(response.text()).rejects.toThrow('source died')
    await waitOnExecutionContext(ctx)
    expect(capture.serverSpan.attributes).toMatchObject({
      'hono.stream.outcome': 'error',
      'error.type': 'RangeError',
    })
    expect(capture.serverSpan.status?.code).toBe(ERROR)
  })

  it('silent for longer than the limit ends its span there; the body goes on', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options({ http: { streamTimeoutMs: 100 } })))
    app.get('/long', (c) =>
      streamSSE(c, async (stream) => {
        await stream.sleep(300)
        await stream.writeSSE({ data: 'late' })
      }),
    )
    const { body } = await send(app, '/long')
    expect(body).toContain('late')
    expect(capture.serverSpan.attributes['hono.stream.outcome']).toBe('timeout')
    expect(capture.serverSpan.durationMs).toBeLessThan(250)
  })

  it('longer than the limit, but never silent, is timed to its end, and so is what happens in it', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options({ http: { streamTimeoutMs: 100 } })))
    app.get('/long', (c) =>
      streamSSE(c, (stream) =>
        withSpan('answer', async (span) => {
          for (let i = 0; i < 10; i++) {
            await stream.writeSSE({ data: String(i) })
            await stream.sleep(40)
          }
          span.setAttribute('tokens', 10)
        }),
      ),
    )
    for (const _ of ['unknown to us', 'known to us']) {
      const { body } = await send(app, '/long')
      expect(body.match(/data: /g)).toHaveLength(10)
    }
    const named = (name: string) => capture.spans.filter((span) => span.name === name)
    expect(named('answer').map(({ attributes }) => attributes)).toEqual([
      { tokens: 10 },
      { tokens: 10 },
    ])
    for (const span of named('GET /long')) {
      expect(span.attributes['hono.stream.outcome']).toBeUndefined()
      expect(span.durationMs).toBeGreaterThanOrEqual(380)
    }
  })

  it('keeps status, cookies and other headers', async () => {
    const { app } = setUp((app) => {
      app.get('/s', (c) => {
        c.header('Set-Cookie', 'a=1', { append: true })
        c.header('Set-Cookie', 'b=2', { append: true })
        c.header('X-Own', 'yes')
        return c.body(streamed(), 202)
      })
    })
    const { response, body } = await send(app, '/s')
    expect(body).toBe('streamed')
    expect(response.status).toBe(202)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('x-own')).toBe('yes')
  })

  it('to a HEAD request has no body and does not keep the span open', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/s', (c) => c.body(streamed()))
    })
    const { body } = await send(app, '/s', { method: 'HEAD' })
    expect(body).toBe('')
    expect(capture.serverSpan.name).toBe('HEAD /s')
  })
})

describe('a WebSocket upgrade', () => {
  it('passes untouched', async () => {
    const { app, capture } = setUp((app) => {
      app.get('/ws', () => {
        const [client, server] = Object.values(new WebSocketPair())
        server?.accept()
        server?.send('hello')
        return new Response(null, { status: 101, webSocket: client as WebSocket })
      })
    })
    const ctx = createExecutionContext()
    const response = await app.fetch(
      new Request('http://shop.test/ws', { headers: { upgrade: 'websocket' } }),
      {},
      ctx,
    )
    await waitOnExecutionContext(ctx)
    expect(response.status).toBe(101)
    expect(response.webSocket).toBeTruthy()
    expect(capture.serverSpan.attributes['http.response.status_code']).toBe(101)
  })
})

describe('one request has one server span', () => {
  it('when the middleware is registered twice, also in a sub-app', async () => {
    const capture = new Capture()
    const options = capture.options()
    const app = new Hono()
    app.use(observability(options))
    app.use(observability(options))
    const sub = new Hono()
    sub.use(observability(options))
    sub.get('/x', (c) => c.text('ok'))
    app.route('/sub', sub)
    await send(app, '/sub/x')
    expect(capture.serverSpan.name).toBe('GET /sub/x')
  })

  it('when `instrument` wraps an app with the middleware', async () => {
    const capture = new Capture()
    const app = new Hono<{ Variables: { requestId: string } }>()
    app.use(observability(capture.options()))
    app.get('/x/:y', (c) => c.text(c.var.requestId))
    const { response, body } = await send(instrument(app, capture.options()), '/x/1')
    expect(capture.serverSpan.name).toBe('GET /x/:y')
    expect(response.headers.get('x-request-id')).toBe(body)
  })

  it('when an app is mounted in another', async () => {
    const capture = new Capture()
    const options = capture.options()
    const inner = new Hono().use(observability(options)).get('/x/:y', (c) => c.text('ok'))
    const outer = new Hono().use(observability(options)).mount('/in', inner.fetch)
    await send(outer, '/in/x/1')
    expect(capture.spans).toHaveLength(1)
  })
})

describe('instrument', () => {
  it('wraps a plain handler and leaves the others alone', async () => {
    const capture = new Capture()
    let scheduled = 0
    class Handler {
      #greeting = 'hi'
      fetch(_request: Request): Response {
        return new Response(this.#greeting)
      }
      scheduled(): void {
        scheduled++
        this.#greeting = 'again'
      }
    }
    const wrapped = instrument(new Handler(), capture.options())
    wrapped.scheduled()
    const { body } = await send(wrapped as never, '/plain')
    expect([body, scheduled]).toEqual(['again', 1])
    expect(capture.serverSpan.name).toBe('GET')
    expect(capture.serverSpan.attributes['http.response.status_code']).toBe(200)
  })

  it('refuses what has no fetch', () => {
    expect(() => instrument({} as never)).toThrow(
      'Cannot instrument: `handler` must be a function or an object with a `fetch` method, received object',
    )
  })
})

describe('a request id', () => {
  it('is taken from the caller when legal, made otherwise, and echoed', async () => {
    const { app } = setUp((app) => {
      app.get('/', (c) => c.text(String(c.get('requestId' as never))))
      app.get('/proxied', () => Response.redirect('http://elsewhere.test/', 302))
    })
    const legal = await send(app, '/', { headers: { 'x-request-id': 'abc-DEF_1=' } })
    expect([legal.body, legal.response.headers.get('x-request-id')]).toEqual([
      'abc-DEF_1=',
      'abc-DEF_1=',
    ])
    const illegal = await send(app, '/', { headers: { 'x-request-id': 'a b; DROP' } })
    expect(illegal.body).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    const long = await send(app, '/', { headers: { 'x-request-id': 'a'.repeat(256) } })
    expect(long.body).toHaveLength(36)
    const immutable = await send(app, '/proxied')
    expect(immutable.response.headers.get('x-request-id')).toHaveLength(36)
    expect(immutable.response.status).toBe(302)
  })
})
