import { Hono } from 'hono'
import { requestId } from 'hono/request-id'
import { instrument, log } from 'hono-observability'
import { describe, expect, it } from 'vitest'
import { caughtApp } from './caught-app.ts'

const timing = { traces: { serverTiming: true } }

describe('the app’s own request id', () => {
  it.each<[string, (app: Hono) => void]>([
    [
      'set by a handler',
      (app) => {
        app.get('/', (c) => {
          c.header('X-Request-ID', 'own')
          return c.text('x')
        })
      },
    ],
    [
      'in a response of its own',
      (app) => void app.get('/', () => new Response('x', { headers: { 'x-request-id': 'own' } })),
    ],
    [
      'made by `hono/request-id` after us',
      (app) => {
        app.use(requestId({ generator: () => 'own' }))
        app.get('/', (c) => c.text('x'))
      },
    ],
    [
      'kept as a variable only',
      (app) => {
        app.get('/', (c) => {
          c.set('requestId' as never, 'own' as never)
          return new Response('x')
        })
      },
    ],
    [
      'kept as a variable of a request that fails',
      (app) => {
        app.onError((_error, c) => c.text('failed', 500))
        app.get('/', (c) => {
          c.set('requestId' as never, 'own' as never)
          throw new Error('x')
        })
      },
    ],
  ])('%s stays, and is what the access line says', async (_how, routes) => {
    const { send, lines } = caughtApp({}, routes)
    const response = await send('/')
    expect(response.headers.get('x-request-id')).toBe('own')
    expect(lines.map((line) => line.request_id)).toEqual(['own'])
  })

  it('is what lines of the handler say from then on, but none of the next request', async () => {
    const { send, lines } = caughtApp({}, (app) => {
      app.use(requestId({ generator: () => 'own' }))
      app.get('/own', (c) => {
        log.info('inside')
        return c.text('x')
      })
    })
    await send('/own')
    expect(lines.map((line) => line.request_id)).toEqual(['own', 'own'])
  })

  it('longer than 255 characters is cut in lines, and sent as it is', async () => {
    const id = 'a'.repeat(1000)
    const { send, lines } = caughtApp({}, (app) => {
      app.get('/', () => new Response('x', { headers: { 'x-request-id': id } }))
    })
    expect((await send('/')).headers.get('x-request-id')).toBe(id)
    expect(lines.map((line) => line.request_id)).toEqual([id.slice(0, 255)])
  })

  it('stays a variable when ours are turned off', async () => {
    const seen: unknown[] = []
    const { send } = caughtApp({ http: { requestIdHeader: false } }, () => {})
    const outer = new Hono()
    outer.use(requestId({ generator: () => 'own' }))
    const inner = caughtApp({ http: { requestIdHeader: false } }, (app) => {
      app.get('/', (c) => {
        seen.push(c.get('requestId' as never))
        return c.text('x')
      })
    })
    outer.route('/', inner.app)
    await outer.request('/')
    expect(seen).toEqual(['own'])
    expect((await send('/')).headers.has('x-request-id')).toBe(false)
  })
})

describe('a response that the app keeps', () => {
  const kept: Record<string, () => Response> = {
    'without a body': () => new Response(null, { status: 204 }),
    'that redirects': () => Response.redirect('http://shop.test/x'),
    'with a body': () => new Response('kept', { headers: { 'server-timing': 'app;dur=1' } }),
    'with bytes': () => new Response(new Uint8Array(5)),
  }

  it.each(Object.keys(kept))('%s is never written to, under either way in', async (what) => {
    const response = kept[what]?.() as Response
    const before = [...response.headers]
    const { app, send } = caughtApp(timing, (app) => void app.get('/', () => response))
    const wrapped = instrument({ fetch: () => response }, { ...timing, logs: false })
    const sent = await send('/')
    await instrument(app).fetch(new Request('http://shop.test/'))
    await (wrapped.fetch as (request: Request) => unknown)(new Request('http://shop.test/'))
    expect([...response.headers]).toEqual(before)
    expect(sent.headers.get('server-timing')).toContain('traceparent')
    expect(sent.headers.has('x-request-id')).toBe(true)
  })

  it('that `c.redirect()` or `c.body(null)` made is never written to', async () => {
    let redirect: Response | undefined
    let empty: Response | undefined
    const { send } = caughtApp(timing, (app) => {
      app.get('/r', (c) => (redirect ??= c.redirect('/x')))
      app.get('/e', (c) => (empty ??= c.body(null, 204)))
    })
    const ids = new Set<string | null>()
    for (const path of ['/r', '/r', '/e', '/e']) {
      ids.add((await send(path)).headers.get('x-request-id'))
    }
    expect(ids.size).toBe(4)
    for (const response of [redirect, empty]) {
      expect(response?.headers.has('x-request-id')).toBe(false)
      expect(response?.headers.has('server-timing')).toBe(false)
    }
  })

  it('of an earlier `c.text()` brings nothing of that request into the next', async () => {
    let memo: Response | undefined
    const { send } = caughtApp(timing, (app) => {
      app.get('/', (c) => (memo ??= c.text('memo', 200, { 'Server-Timing': 'app;dur=1' })))
    })
    const first = await send('/')
    const [id, entry] = ['x-request-id', 'server-timing'].map((name) => first.headers.get(name))
    const next = await send('/')
    expect(next.headers.get('x-request-id')).not.toBe(id)
    expect(next.headers.get('server-timing')).not.toContain(entry?.split('"')[1])
    expect(next.headers.get('server-timing')).toMatch(
      /^app;dur=1, traceparent;desc="00-[\da-f]{32}-[\da-f]{16}-0\d"$/,
    )
  })
})

it('a response that Hono made for the request is sent as it is, not copied', async () => {
  let made: Response | undefined
  const { send } = caughtApp(timing, (app) => {
    app.get('/', (c) => {
      made = c.json({ a: 1 })
      return made
    })
  })
  const sent = await send('/')
  expect(sent).toBe(made)
  expect(await sent.json()).toEqual({ a: 1 })
})
