import { Hono } from 'hono'
import { hc } from 'hono/client'
import { withSpan } from 'hono-observability'
import { newTraceparent, tracedFetch } from 'hono-observability/client'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { catchTelemetry, FRONTS } from '../hostile/support.ts'

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const NEW = /^00-[\da-f]{32}-[\da-f]{16}-03$/

afterEach(() => {
  vi.unstubAllGlobals()
})

/** What would have left: the request, as the platform makes it of its arguments. */
const setUp = (options: Parameters<typeof tracedFetch>[0] = {}) => {
  const sent: Request[] = []
  const traced = tracedFetch({
    fetch: async (...args) => {
      sent.push(new Request(...args))
      return new Response('ok')
    },
    ...options,
  })
  const traceparents = () => sent.map(({ headers }) => headers.get('traceparent'))
  return { traced, sent, traceparents }
}

describe('a traced fetch in a client of hc', () => {
  const routes = new Hono()
    .get('/orders/:id', (c) => c.json({ id: c.req.param('id'), own: c.req.header('x-own') }))
    .post('/orders', async (c) => c.json(await c.req.json(), 201))

  it('has the server’s span in the trace that it began, and answers as without', async () => {
    const caught = catchTelemetry()
    const app = FRONTS[0]?.[1](caught.options(), (app) => app.route('/', routes)) as Hono
    const sent: (string | null)[] = []
    const client = hc<typeof routes>('http://shop.test', {
      headers: { 'x-own': 'yes' },
      fetch: tracedFetch({
        fetch: (...args) => {
          const request = new Request(...args)
          sent.push(request.headers.get('traceparent'))
          return caught.send(app, request)
        },
      }),
    })
    const read = await client.orders[':id'].$get({ param: { id: '7' } })
    expect(await read.json()).toEqual({ id: '7', own: 'yes' })
    const written = await client.orders.$post({ json: { a: 1 } } as never)
    expect([written.status, await written.json()]).toEqual([201, { a: 1 }])
    expect(sent).toEqual([expect.stringMatching(NEW), expect.stringMatching(NEW)])
    expect(
      caught.spans.map(({ name, traceId, parentSpanId }) => [
        name,
        `00-${traceId}-${parentSpanId}-03`,
      ]),
    ).toEqual([
      ['GET /orders/:id', sent[0]],
      ['POST /orders', sent[1]],
    ])
    expect(sent[0]?.slice(3, 35)).not.toBe(sent[1]?.slice(3, 35))
  })

  it('within another server is below its active span', async () => {
    const caught = catchTelemetry()
    const { traced, traceparents } = setUp()
    const app = FRONTS[0]?.[1](caught.options(), (app) =>
      app.get('/', async (c) => {
        await withSpan('ask', () =>
          hc<typeof routes>('http://api.test', { fetch: traced }).orders[':id'].$get({
            param: { id: '1' },
          }),
        )
        return c.text('ok')
      }),
    ) as Hono
    await caught.send(app, new Request('http://shop.test/'))
    const span = caught.spans.find(({ name }) => name === 'ask')
    expect(traceparents()).toEqual([`00-${span?.traceId}-${span?.spanId}-03`])
  })
})

describe('where the trace goes', () => {
  const ask = async (options: Parameters<typeof tracedFetch>[0], ...urls: string[]) => {
    const { traced, traceparents } = setUp(options)
    for (const url of urls) await traced(url)
    return traceparents().map((value) => value !== null)
  }

  it('is everywhere outside a page, or to the origins that are named', async () => {
    expect(await ask({}, 'https://a.test/', 'https://b.test/')).toEqual([true, true])
    const origins = ['https://a.test']
    expect(await ask({ origins }, 'https://a.test/x', 'https://b.test/')).toEqual([true, false])
    expect(await ask({ origins: ['*'] }, 'https://b.test/')).toEqual([true])
  })

  it('is to its own origin in a page, which CORS does not stop, and to those that are named', async () => {
    vi.stubGlobal('location', new URL('https://shop.test/page'))
    const urls = ['https://shop.test/api', 'https://api.test/', 'https://evil.test/'] as const
    expect(await ask({}, ...urls)).toEqual([true, false, false])
    expect(await ask({ origins: ['https://api.test'] }, ...urls)).toEqual([true, true, false])
  })
})

describe('the trace that it sends', () => {
  it('is that of the page, of the option, or of whoever the option asks', async () => {
    vi.stubGlobal('document', { querySelector: () => ({ content: TRACEPARENT }) })
    for (const [traceparent, expected] of [
      [undefined, TRACEPARENT],
      ['00-broken', TRACEPARENT],
      [TRACEPARENT.replace('a', 'c'), TRACEPARENT.replace('a', 'c')],
      [() => TRACEPARENT.replace('a', 'd'), TRACEPARENT.replace('a', 'd')],
    ] as const) {
      const { traced, traceparents } = setUp(traceparent === undefined ? {} : { traceparent })
      await traced('https://a.test/')
      expect(traceparents()).toEqual([expected])
    }
  })

  it('leaves one that is there, and everything else of the request', async () => {
    const { traced, sent, traceparents } = setUp()
    await traced('https://a.test/', { headers: { traceparent: TRACEPARENT } })
    await traced(
      new Request('https://a.test/', { method: 'PUT', body: 'text', headers: { 'x-own': '1' } }),
    )
    await traced(new URL('https://a.test/'), {
      method: 'POST',
      body: 'text',
      headers: [['x-own', '2']],
    })
    expect(traceparents()).toEqual([
      TRACEPARENT,
      expect.stringMatching(NEW),
      expect.stringMatching(NEW),
    ])
    expect(
      await Promise.all(
        sent
          .slice(1)
          .map(async (request) => [
            request.method,
            await request.text(),
            request.headers.get('x-own'),
          ]),
      ),
    ).toEqual([
      ['PUT', 'text', '1'],
      ['POST', 'text', '2'],
    ])
  })

  it('is not sent where something would be lost or is wrong, which fetch itself then says', async () => {
    const given: unknown[] = []
    const traced = tracedFetch({
      fetch: async (...args) => {
        given.push(args)
        return new Response()
      },
      traceparent: () => {
        throw new Error('no')
      },
    })
    const inherited = Object.create({ method: 'POST' }) as RequestInit
    await traced('https://a.test/', inherited)
    await traced('not a url')
    await traced('https://a.test/')
    expect(given).toEqual([
      ['https://a.test/', inherited],
      ['not a url', undefined],
      ['https://a.test/', undefined],
    ])
  })

  it('asks to be recorded as often as the ratio says', () => {
    const share = (ratio: number) =>
      Array.from({ length: 400 }, () => newTraceparent(ratio)).filter((text) => text.endsWith('03'))
        .length / 400
    expect([share(0), share(1)]).toEqual([0, 1])
    expect(Math.abs(share(0.5) - 0.5)).toBeLessThan(0.15)
  })
})

it('calls the global fetch of the moment, with no object before it', async () => {
  const traced = tracedFetch()
  const native = vi.fn(function (this: unknown, ..._args: unknown[]) {
    return Promise.resolve(this)
  })
  vi.stubGlobal('fetch', native)
  expect(await traced('https://a.test/')).toBe(undefined)
  expect(native).toHaveBeenCalledOnce()
})

it.each<[object, string]>([
  [{ origins: 'https://a.test' }, '`origins` must be an array of origins, received string'],
  [{ ratio: 2 }, '`ratio` must be a number from 0 to 1, received 2'],
])('%j is refused', (options, message) => {
  expect(() => tracedFetch(options)).toThrow(new TypeError(`Cannot trace fetch: ${message}`))
})
