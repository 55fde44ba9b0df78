import { propagation, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { describe, expect, it, vi } from 'vitest'
import { W3CPropagator } from '../../../src/context/propagator.ts'
import { createTraceState } from '../../../src/context/tracestate.ts'
import { instrumentFetch } from '../../../src/http/instrument-fetch.ts'
import { addHeaders } from '../../../src/http/set-header.ts'
import { catchTelemetry } from './support.ts'

const INJECTIONS = ['a\r\nX-Injected: 1', 'a\nX-Injected: 1', 'a\rX', 'a\0b', 'ä\u2028', '\ud800']

const isClean = (headers: Headers): boolean => {
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  return !headers.has('x-injected') && lines.every((line) => /^[\t -~\u0080-\u00ff]*$/.test(line))
}

describe.each(INJECTIONS)('%j', (text) => {
  it('as a request id of the app reaches no header, and costs nothing else', async () => {
    const caught = catchTelemetry()
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const app = new Hono<{ Variables: { requestId: string } }>()
    app.use((c, next) => {
      c.set('requestId', text)
      return next()
    })
    app.use(
      observability(
        caught.options({ logs: { otlp: true, console: false }, traces: { serverTiming: true } }),
      ),
    )
    app.get('/', (c) => c.text('ok'))
    const response = await caught.send(app, new Request('http://shop.test/'))
    expect(await response.text()).toBe('ok')
    expect(isClean(response.headers)).toBe(true)
    expect(response.headers.get('server-timing')).toMatch(/^traceparent;desc="00-[\da-f-]{52}"$/)
    expect(caught.spans[0]?.name).toBe('GET /')
    expect(caught.bodies.get('logs')).toHaveLength(1)
    expect(warn).not.toHaveBeenCalled()
  })

  it('as a request id of a caller is replaced', async () => {
    const caught = catchTelemetry()
    const app = new Hono()
    app.use(observability(caught.options()))
    app.get('/', (c) => c.text('ok'))
    const request = new Request('http://shop.test/')
    // Servers refuse such a header; what if one does not?
    vi.spyOn(request.headers, 'get').mockImplementation((name) =>
      name.toLowerCase() === 'x-request-id' ? text : null,
    )
    const response = await caught.send(app, request)
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/)
    expect(isClean(response.headers)).toBe(true)
  })

  it('in trace state and baggage does not get into an outgoing request', async () => {
    const sent: Headers[] = []
    const native = async (_input: unknown, init?: RequestInit) => {
      sent.push(new Headers(init?.headers))
      return new Response('ok')
    }
    const fetch = instrumentFetch(native as typeof globalThis.fetch, () => ({
      config: {
        http: { knownMethods: new Set(['GET']), query: 'keys', redactQuery: new Set() },
        traces: { propagateTo: 'all', baggageOrigins: ['*'] },
      } as never,
      tracer: { startSpan: () => span } as never,
      propagator: new W3CPropagator(['tracecontext', 'baggage']),
      httpMetrics: undefined,
    }))
    const caught = catchTelemetry()
    const span = trace.wrapSpanContext({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      // Another library's, which checks nothing.
      traceState: { ...createTraceState(), serialize: () => `a=${text}` } as never,
    })
    const app = new Hono()
    app.use(observability(caught.options()))
    app.get('/', async (c) => {
      const baggage = propagation.createBaggage({
        key: { value: text },
        [text]: { value: 'v' },
        meta: { value: 'v', metadata: { toString: () => text } as never },
      })
      const { context } = await import('@opentelemetry/api')
      await context.with(propagation.setBaggage(context.active(), baggage), () =>
        fetch('http://next.test/'),
      )
      return c.text('ok')
    })
    const response = await caught.send(app, new Request('http://shop.test/'))
    expect(response.status).toBe(200)
    expect(sent).toHaveLength(1)
    const [headers] = sent as [Headers]
    expect(isClean(headers)).toBe(true)
    expect(headers.get('traceparent')).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/)
    expect(headers.has('tracestate')).toBe(false)
    expect(headers.get('baggage')).toMatch(/^key=[!#$%&-+\--:<-[\]-~]*/)
  })

  it('is left out by whatever sets a response header', () => {
    const response = new Response('body', { headers: { 'x-kept': '1' } })
    const result = addHeaders(response, [{ name: 'x-id', value: text }], false)
    expect(isClean(result.headers)).toBe(true)
    expect(result.headers.get('x-kept')).toBe('1')
    expect(result.bodyUsed).toBe(false)
  })
})
