import { propagation, trace } from '@opentelemetry/api'
import { log } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { formatBaggage, parseBaggage } from '../../../src/context/baggage.ts'
import { prefersText } from '../../../src/health/accept.ts'
import { negotiate } from '../../../src/prometheus/negotiate.ts'
import { catchTelemetry, FRONTS } from './support.ts'

const MILLION = 1_000_000

/** Generous: a quadratic step over a million characters takes hours. */
const SOON_MS = 3000

const nest = (depth: number): unknown => {
  let value: unknown = 'bottom'
  for (let i = 0; i < depth; i++) {
    value = i % 2 ? [value] : { inner: value }
  }
  return value
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(FRONTS)('with %s', (_name, front) => {
  it('headers of a megabyte each are dropped or cut', async () => {
    const caught = catchTelemetry()
    const names = ['traceparent', 'tracestate', 'baggage', 'x-request-id', 'user-agent', 'x-seen']
    const app = front(
      caught.options({ http: { userAgent: true, requestHeaders: ['x-seen'] } }),
      (app) => app.get('/', (c) => c.text('ok')),
    )
    for (const unit of ['a', 'a=1,', ' ', ',', '00-', '%', ';', '=', 'a;a=', '%f0']) {
      const value = unit.repeat(MILLION / unit.length)
      const headers = Object.fromEntries(names.map((name) => [name, value]))
      const startMs = performance.now()
      const response = await caught.send(app, new Request('http://shop.test/', { headers }))
      expect(performance.now() - startMs).toBeLessThan(SOON_MS)
      expect(response.headers.get('x-request-id')).toHaveLength(36)
    }
    for (const span of caught.spans) {
      expect(JSON.stringify(span).length).toBeLessThan(16_384 * 2 + 2000)
      expect(span.parentSpanId).toBeUndefined()
    }
  })

  it('a URL of a megabyte is cut, in path and query', async () => {
    const caught = catchTelemetry()
    const line = vi.spyOn(console, 'info').mockImplementation(() => {})
    const app = front(caught.options({ logs: { otlp: true } }), (app) => {
      app.get('/*', (c) => c.text('ok'))
    })
    const long = 'a/'.repeat(MILLION / 2)
    for (const url of [`/${long}`, `/?${'a=b&'.repeat(MILLION / 4)}`, `/?${'%'.repeat(MILLION)}`]) {
      const startMs = performance.now()
      await caught.send(app, new Request(`http://shop.test${url}`))
      expect(performance.now() - startMs).toBeLessThan(SOON_MS)
    }
    expect(caught.spans).toHaveLength(3)
    const query = caught.spans[1]?.attributes.find(({ key }) => key === 'url.query')
    expect(query?.value.stringValue).toHaveLength(2048)
    expect(query?.value.stringValue).toMatch(/^(a=REDACTED&){186}/)
    for (const span of caught.spans) {
      expect(JSON.stringify(span).length).toBeLessThan(2048 + 16_384 + 2000)
      expect(span.name.length).toBeLessThan(20)
    }
    for (const [text] of line.mock.calls) {
      expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(131_072)
    }
    for (const body of caught.bodies.get('logs') ?? []) {
      expect(body.length).toBeLessThan(3 * 131_072)
    }
  })

  it('100,000 attributes of a span, an event and a log record are cut, and the cut is counted', async () => {
    const caught = catchTelemetry()
    const line = vi.spyOn(console, 'info').mockImplementation(() => {})
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key.${i}`, i]))
    const app = front(caught.options({ logs: { otlp: true } }), (app) => {
      app.get('/', (c) => {
        trace.getActiveSpan()?.setAttributes(many).addEvent('event', many)
        trace.getActiveSpan()?.setAttribute(
          'list',
          Array.from({ length: MILLION }, (_, i) => i),
        )
        log.info('many', many)
        return c.text('ok')
      })
    })
    const startMs = performance.now()
    await caught.send(app, new Request('http://shop.test/'))
    expect(performance.now() - startMs).toBeLessThan(SOON_MS)
    const [span] = caught.spans
    expect(span?.attributes).toHaveLength(128)
    expect(span?.droppedAttributesCount).toBeGreaterThan(99_800)
    expect(span?.events?.[0]?.attributes).toHaveLength(128)
    expect(span?.events?.[0]?.droppedAttributesCount).toBe(100_000 - 128)
    expect(Buffer.byteLength(String(line.mock.calls[0]))).toBeLessThanOrEqual(131_072)
    expect(String(line.mock.calls[0])).toContain('"truncated":true')
  })

  it('100,000 events and links of one span are cut, and the cut is counted', async () => {
    const caught = catchTelemetry()
    const app = front(caught.options(), (app) => {
      app.get('/', (c) => {
        const span = trace.getActiveSpan()
        for (let i = 0; i < 100_000; i++) {
          span?.addEvent('again')
          span?.addLink({ context: span.spanContext() })
        }
        return c.text('ok')
      })
    })
    await caught.send(app, new Request('http://shop.test/'))
    const [span] = caught.spans
    expect([span?.events?.length, span?.droppedEventsCount]).toEqual([128, 100_000 - 128])
    expect([span?.links?.length, span?.droppedLinksCount]).toEqual([128, 100_000 - 128])
  })

  it('what is nested 100,000 deep, or a string of ten megabytes, is cut', async () => {
    const caught = catchTelemetry()
    const line = vi.spyOn(console, 'info').mockImplementation(() => {})
    const deep = nest(100_000)
    const app = front(caught.options({ logs: { otlp: true } }), (app) => {
      app.get('/', (c) => {
        trace
          .getActiveSpan()
          ?.setAttributes({ deep: deep as never, long: 'x'.repeat(10 * MILLION) })
        log.info('deep', { deep, long: 'x'.repeat(10 * MILLION) })
        log.info('é'.repeat(MILLION))
        return c.text('ok')
      })
    })
    const startMs = performance.now()
    const response = await caught.send(app, new Request('http://shop.test/'))
    expect(performance.now() - startMs).toBeLessThan(SOON_MS)
    expect(response.status).toBe(200)
    expect(JSON.stringify(caught.spans[0]).length).toBeLessThan(16_384 + 4000)
    const depth = JSON.stringify(caught.spans[0]).match(/"(kvlist|array)Value"/g)?.length
    expect(depth).toBe(17)
    for (const [text] of line.mock.calls) {
      expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(131_072)
      expect(String(text)).not.toContain('bottom')
    }
  })

  it('a method of a client’s own invention is _OTHER in metrics and cut in spans', async () => {
    const caught = catchTelemetry()
    const app = front(caught.options(), (app) => app.get('/', (c) => c.text('ok')))
    for (const method of ['BREW', 'get', 'X'.repeat(100_000)]) {
      await caught.send(app, new Request('http://shop.test/', { method }))
    }
    const others = caught.spans.filter(({ name }) => name === 'HTTP')
    // Fetch makes `get` GET.
    expect(others).toHaveLength(2)
    for (const span of others) {
      expect(span.attributes).toContainEqual({
        key: 'http.request.method',
        value: { stringValue: '_OTHER' },
      })
      expect(JSON.stringify(span).length).toBeLessThan(16_384 + 2000)
    }
  })
})

it('100,000 entries of baggage are read as 64, and written as 64', () => {
  const header = Array.from({ length: 100_000 }, (_, i) => `key${i}=value`).join()
  const startMs = performance.now()
  const baggage = parseBaggage(header)
  expect(baggage?.getAllEntries()).toHaveLength(64)
  const many = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, i) => [`k${i}`, { value: 'v' }]),
  )
  expect(formatBaggage(propagation.createBaggage(many)).split(',')).toHaveLength(64)
  expect(performance.now() - startMs).toBeLessThan(SOON_MS)
})

it('an Accept header of a megabyte is negotiated', () => {
  for (const unit of [
    'text/plain,',
    'text/plain;q=0.1,',
    ',',
    ';',
    ' ',
    ';  q=',
    'application/json,',
  ]) {
    const accept = unit.repeat((2 * MILLION) / unit.length)
    const startMs = performance.now()
    expect(typeof prefersText(accept)).toBe('boolean')
    expect(negotiate(accept).contentType).toContain('charset')
    expect(performance.now() - startMs).toBeLessThan(SOON_MS)
  }
})
