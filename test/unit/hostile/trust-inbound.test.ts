import { propagation, trace } from '@opentelemetry/api'
import type { ObservabilityOptions } from 'hono-observability'
import { describe, expect, it, vi } from 'vitest'
import { catchTelemetry, FRONTS } from './support.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'
const HEADERS = {
  traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`,
  tracestate: 'evil=1,ot=th:0',
  baggage: 'user=admin',
  'x-request-id': 'abc-1',
}
const LINK = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  attributes: [{ key: 'hono.link.reason', value: { stringValue: 'untrusted_caller' } }],
}

const run = async (
  front: (typeof FRONTS)[number][1],
  more: ObservabilityOptions,
  headers: Record<string, string> = HEADERS,
  url = 'https://shop.example/',
) => {
  const caught = catchTelemetry()
  const seen: { baggage?: string | undefined; outgoing: Record<string, string> } = { outgoing: {} }
  const app = front(caught.options(more), (app) => {
    app.get('/', (c) => {
      seen.baggage = propagation.getActiveBaggage()?.getEntry('user')?.value
      trace.getActiveSpan()?.setAttribute('seen', true)
      return c.text('ok')
    })
  })
  const response = await caught.send(app, new Request(url, { headers }))
  expect(response.status).toBe(200)
  return { caught, response, seen, span: caught.spans[0] }
}

describe.each(FRONTS)('trust in callers, with %s', (_name, front) => {
  it('is the default: the caller is the parent', async () => {
    const { span, seen } = await run(front, {})
    expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID })
    expect(span?.links).toBeUndefined()
    expect(span?.traceState).toBe(HEADERS.tracestate)
    expect(seen.baggage).toBe('admin')
  })

  it('can be refused: a new trace, with a link to the caller and the reason', async () => {
    const { caught, span, seen } = await run(front, { http: { trustInbound: false } })
    expect(span?.traceId).toMatch(/^[\da-f]{32}$/)
    expect(span?.traceId).not.toBe(TRACE_ID)
    expect(span?.parentSpanId).toBeUndefined()
    expect(span?.links).toMatchObject([LINK])
    expect(seen.baggage).toBeUndefined()
    expect(caught.text).not.toContain('evil')
  })

  it('refused, no flag of the caller decides what is sampled', async () => {
    const refuse = { http: { trustInbound: false } }
    const off = { ...HEADERS, traceparent: HEADERS.traceparent.replace(/1$/, '0') }
    expect((await run(front, refuse, off)).span?.links).toMatchObject([LINK])
    const none = { ...refuse, traces: { ratio: 0 } }
    expect((await run(front, none)).span).toBeUndefined()
    // Where the caller is believed, it is the other way round.
    expect((await run(front, {}, off)).span).toBeUndefined()
    expect((await run(front, { traces: { ratio: 0 } })).span?.traceId).toBe(TRACE_ID)
  })

  it('refused, there is no link without a valid caller', async () => {
    for (const traceparent of ['', 'garbage', `00-${'0'.repeat(32)}-${SPAN_ID}-01`]) {
      const { span } = await run(front, { http: { trustInbound: false } }, { traceparent })
      expect(span?.parentSpanId).toBeUndefined()
      expect(span?.links).toBeUndefined()
    }
  })

  it('refused, a legal request id is still taken over', async () => {
    const { response } = await run(front, { http: { trustInbound: false } })
    expect(response.headers.get('x-request-id')).toBe('abc-1')
  })

  it('can depend on the origin that the request came to', async () => {
    const options = { http: { trustInbound: ['https://orders.internal', 'http://b:8080'] } }
    for (const [url, isTrusted] of [
      ['https://orders.internal/?a', true],
      ['http://b:8080/', true],
      ['http://orders.internal/', false],
      ['https://orders.internal:8443/', false],
      ['https://orders.internal.evil.example/', false],
      ['https://evil.example/?https://orders.internal', false],
      ['http://b/', false],
    ] as const) {
      const { span } = await run(front, options, HEADERS, url)
      expect([url, span?.traceId === TRACE_ID]).toEqual([url, isTrusted])
      expect([url, span?.links?.length ?? 0]).toEqual([url, isTrusted ? 0 : 1])
    }
  })

  it('does not depend on what the caller says its origin is', async () => {
    const { span } = await run(
      front,
      { http: { trustInbound: ['https://orders.internal'] } },
      { ...HEADERS, origin: 'https://orders.internal', referer: 'https://orders.internal/' },
    )
    expect(span?.links).toMatchObject([LINK])
  })

  it('can be left to a function, which sees the request', async () => {
    const trustInbound = (request: Request) => request.headers.get('x-mesh') === 'yes'
    const trusted = await run(front, { http: { trustInbound } }, { ...HEADERS, 'x-mesh': 'yes' })
    expect(trusted.span).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID })
    const refused = await run(front, { http: { trustInbound } })
    expect(refused.span?.links).toMatchObject([LINK])
  })

  it('is refused by a function that throws or returns a promise', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const throws = () => {
      throw new Error('secret-of-the-app')
    }
    const promises = (() => Promise.resolve(true)) as unknown as () => boolean
    for (const trustInbound of [throws, promises]) {
      const { span } = await run(front, { http: { trustInbound } })
      expect(span?.links).toMatchObject([LINK])
    }
    expect(warn.mock.calls.join()).not.toContain('secret-of-the-app')
  })
})
