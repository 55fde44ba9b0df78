import { context, propagation, trace } from '@opentelemetry/api'
import { log, type ObservabilityOptions, restoreGlobalFetch, withSpan } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { catchTelemetry, FRONTS } from '../hostile/support.ts'

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

describe.each(FRONTS)('a request that `http.ignore` names, with %s', (_name, front) => {
  const run = async (
    ignore: NonNullable<NonNullable<ObservabilityOptions['http']>['ignore']>,
    path: string,
    more: ObservabilityOptions = {},
  ) => {
    const caught = catchTelemetry()
    const lines: Record<string, unknown>[] = []
    const seen: Record<string, unknown> = {}
    const options = caught.options({
      logs: { console: (line) => void lines.push(JSON.parse(line)), otlp: true },
      metrics: { temporality: 'delta', activeRequests: true },
      ...more,
      http: { ignore, ...more.http },
    })
    const app = front(options, (app) => {
      app.get('/boom', () => {
        throw new Error('boom')
      })
      app.get('/asked', (c) => c.text('asked'))
      app.get('/*', async (c) => {
        seen.requestId = c.get('requestId' as never)
        seen.baggage = propagation.getBaggage(context.active())
        seen.isRecording = await withSpan('inner', (span) => span.isRecording())
        trace.getActiveSpan()?.setAttribute('a', 1)
        log.info('inside')
        seen.asked = await (await app.fetch(new Request('http://shop.test/asked'))).text()
        return c.text('ok', 200, { 'x-own': '1' })
      })
    })
    const headers = { traceparent: TRACEPARENT, baggage: 'a=b', 'x-request-id': 'id-1' }
    const response = await caught.send(app, new Request(`http://shop.test${path}`, { headers }))
    return { caught, lines, seen, response }
  }

  it('has no span, no metric and no access line, and the answer is the app’s alone', async () => {
    const { caught, lines, seen, response } = await run(['/assets/*'], '/assets/a/b.css?x=/y')
    expect([caught.spans, caught.text.includes('http.server')]).toEqual([[], false])
    expect(lines.map(({ message }) => message)).toEqual(['inside'])
    expect(seen).toMatchObject({ isRecording: false, baggage: undefined })
    expect([response.status, response.headers.get('x-own'), response.headers.get('x-request-id')]).toEqual([200, '1', null]) // biome-ignore format: one line
  })

  it('keeps its id, for what the app logs, which leaves by OTLP as well', async () => {
    const { caught, lines, seen } = await run(['/assets/*'], '/assets/a.css')
    expect(lines).toMatchObject([{ message: 'inside', request_id: 'id-1' }])
    expect(lines[0]).not.toHaveProperty('trace_id')
    expect(caught.bodies.get('logs')?.join()).toContain('inside')
    if (_name === 'observability()') expect(seen.requestId).toBe('id-1')
  })

  it('is ignored also when it fails', async () => {
    const { caught, lines, response } = await run(['/boom'], '/boom')
    expect([response.status, caught.text, lines]).toEqual([500, '', []])
  })

  it.each<[string, NonNullable<NonNullable<ObservabilityOptions['http']>['ignore']>, string, boolean]>([
    ['a path', ['/favicon.ico'], '/favicon.ico?v=1', true],
    ['another path', ['/favicon.ico'], '/favicon.icon', false],
    ['a pattern', ['/assets/*.css'], '/assets/a/b.css', true],
    ['a pattern of the query', ['/*.css'], '/page?x=.css', false],
    ['an expression with a memory', [/\.(css|js)$/g], '/a.js', true],
    ['an expression of the host', [/shop/], '/', false],
    ['a predicate', ({ headers }) => headers.get('x-request-id') === 'id-1', '/', true],
    ['a predicate that promises', (async () => true) as never, '/', false],
    ['a predicate that throws', () => { throw new Error('no') }, '/', false],
  ])('is found by %s', async (_, ignore, path, isIgnored) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { caught } = await run(ignore, path)
    expect(caught.spans.some(({ kind }) => kind === 2)).toBe(!isIgnored)
  }) // biome-ignore format: one line each

  it('sends nothing of the trace on but what the app copies', async () => {
    const sent: Headers[] = []
    vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
      sent.push(new Request(...args).headers)
      return new Response('')
    })
    const caught = catchTelemetry()
    const app = front(
      caught.options({ traces: { fetch: true }, http: { ignore: ['/proxy'] } }),
      (app) =>
        app.get('/proxy', async (c) => {
          await fetch('https://a.test/')
          return fetch('https://b.test/', { headers: c.req.raw.headers })
        }),
    )
    const headers = { traceparent: TRACEPARENT }
    await caught.send(app, new Request('http://shop.test/proxy', { headers }))
    expect(sent.map((each) => each.get('traceparent'))).toEqual([null, TRACEPARENT])
    expect(caught.spans).toEqual([])
  })
})

describe('a request of the app that `traces.fetchIgnore` names', () => {
  it('has no span, no metric and no header, and the others have', async () => {
    const sent: [string, boolean][] = []
    vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
      const { url, headers } = new Request(...args)
      sent.push([url, headers.has('traceparent')])
      return new Response('')
    })
    const caught = catchTelemetry()
    const options = caught.options({
      traces: { fetch: true, fetchIgnore: ['https://*.beacon.test', /\/ping$/] },
      metrics: { temporality: 'delta' },
    })
    const app = FRONTS[0]?.[1](options, (app) =>
      app.get('/', async (c) => {
        await fetch('https://a.beacon.test/x')
        await fetch(new Request('https://api.test/ping?q=1'))
        await fetch('https://api.test/')
        return c.text('ok')
      }),
    )
    await caught.send(app as never, new Request('http://shop.test/'))
    expect(sent).toEqual([
      ['https://a.beacon.test/x', false],
      ['https://api.test/ping?q=1', false],
      ['https://api.test/', true],
    ])
    expect(caught.spans.filter(({ kind }) => kind === 3)).toHaveLength(1)
    expect(caught.bodies.get('metrics')?.join()).not.toContain('beacon')
  })

  it('is recorded when a predicate throws', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.stubGlobal('fetch', async () => new Response(''))
    const caught = catchTelemetry()
    const fetchIgnore = (): boolean => {
      throw new Error('no')
    }
    const app = FRONTS[0]?.[1](caught.options({ traces: { fetch: true, fetchIgnore } }), (app) =>
      app.get('/', () => fetch('https://api.test/')),
    )
    const response = await caught.send(app as never, new Request('http://shop.test/'))
    expect(response.status).toBe(200)
    expect(caught.spans).toHaveLength(2)
  })
})
