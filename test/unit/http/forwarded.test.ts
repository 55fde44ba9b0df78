import { metrics, propagation, type TextMapPropagator, trace } from '@opentelemetry/api'
import { type Context, Hono } from 'hono'
import { proxy } from 'hono/proxy'
import type { TracesOptions } from 'hono-observability'
import {
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
  restoreGlobalFetch,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { afterEach, describe, expect, it, vi } from 'vitest'

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const OWN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const URL_THERE = 'https://there.test/x'

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

interface Seen {
  /** Headers of what was sent. */
  sent: Headers
  client: ReadableSpan | undefined
  server: ReadableSpan | undefined
  /** `traceparent` of the client's span. */
  ours: string
}

type Env = { Bindings: { SVC: { fetch: typeof fetch } } }
type Ask = (c: Context<Env>) => Response | Promise<Response>

const run = async (
  ask: Ask,
  headers: Record<string, string>,
  traces: ObservabilityOptions['traces'] = {},
  more: ObservabilityOptions = {},
): Promise<Seen> => {
  metrics.disable()
  trace.disable()
  propagation.disable()
  restoreGlobalFetch()
  const spans: ReadableSpan[] = []
  let sent = new Headers()
  const native = async (...args: Parameters<typeof fetch>): Promise<Response> => {
    sent = new Request(...args).headers
    return new Response('ok')
  }
  vi.stubGlobal('fetch', native)
  const app = new Hono<Env>()
  app.use(
    observability({
      logs: false,
      otlp: false,
      bindings: bindings({ kinds: { SVC: 'service' } }),
      ...more,
      traces: {
        fetch: true,
        processors: [
          {
            onStart: () => {},
            onEnd: (span: ReadableSpan) => void spans.push(span),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
        ...(traces as TracesOptions),
      },
    }),
  )
  app.all('*', (c) => ask(c))
  await app.request('https://here.test/x', { method: 'POST', headers, body: 'b' }, {
    SVC: { fetch: native },
  } as Env['Bindings'])
  await new Promise((resolve) => setTimeout(resolve, 10))
  const [client, server] = spans
  const ids = client?.spanContext()
  return { sent, client, server, ours: `00-${ids?.traceId}-${ids?.spanId}-0${ids?.traceFlags}` }
}

/** Every way to pass a request on. */
const WAYS: Record<string, Ask> = {
  'the request itself to a binding': (c) => c.env.SVC.fetch(c.req.raw),
  'a request as init to a binding': (c) => c.env.SVC.fetch(URL_THERE, c.req.raw as RequestInit),
  'its headers to a binding': (c) => c.env.SVC.fetch(URL_THERE, { headers: c.req.raw.headers }),
  'a new request of it': (c) => fetch(new Request(URL_THERE, c.req.raw)),
  'it as init': (c) => fetch(URL_THERE, c.req.raw),
  'its headers': (c) => fetch(URL_THERE, { headers: c.req.raw.headers }),
  'its headers as a record': (c) => fetch(URL_THERE, { headers: c.req.header() }),
  'its headers as pairs': (c) => fetch(URL_THERE, { headers: [...c.req.raw.headers] }),
  'its headers in a class': (c) => {
    class Init {
      get headers(): Headers {
        return c.req.raw.headers
      }
    }
    return fetch(URL_THERE, new Init())
  },
  'only its traceparent': (c) =>
    fetch(URL_THERE, { headers: { Traceparent: c.req.header('traceparent') as string } }),
  'it by hono/proxy': (c) => proxy(URL_THERE, c.req.raw),
  'its headers by hono/proxy': (c) => proxy(URL_THERE, { headers: c.req.header() }),
}

describe.each(Object.keys(WAYS))('a handler that passes on %s', (way) => {
  const ask = WAYS[way] as Ask

  it('sends its own span instead of the caller’s', async () => {
    const { sent, client, server, ours } = await run(ask, { traceparent: CALLER, 'X-Own': '1' })
    expect(sent.get('traceparent')).toBe(ours)
    expect(client?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId)
    expect(server?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    if (way !== 'only its traceparent') {
      expect(sent.get('x-own')).toBe('1')
    }
  })

  it('does so also when the caller is not believed', async () => {
    const { sent, ours } = await run(
      ask,
      { traceparent: CALLER },
      {},
      { http: { trustInbound: false } },
    )
    expect(sent.get('traceparent')).toBe(ours)
    expect(ours).not.toContain('0af7651916cd43dd8448eb211c80319c')
  })

  it('does so also when the caller’s header was malformed', async () => {
    const { sent, ours } = await run(ask, { traceparent: 'nonsense' })
    expect(sent.get('traceparent')).toBe(ours)
  })
})

it.each(['a binding', 'fetch'])(
  'a traceparent that the app wrote itself stays, with all beside it, by %s',
  async (way) => {
    const headers = { traceparent: OWN, tracestate: 'own=1', baggage: 'own=1' }
    const { sent } = await run(
      (c) => (way === 'fetch' ? fetch : c.env.SVC.fetch)(URL_THERE, { headers }),
      { traceparent: CALLER, tracestate: 'caller=1', baggage: 'caller=1' },
      { baggageOrigins: ['*'] },
    )
    expect(Object.fromEntries(sent)).toMatchObject(headers)
  },
)

it('one that was copied before is replaced after the response too', async () => {
  let late: Promise<unknown> = Promise.resolve()
  const { sent } = await run(
    (c) => {
      const { headers } = c.req.raw
      late = new Promise((resolve) => setTimeout(resolve, 2)).then(() =>
        fetch(URL_THERE, { headers }),
      )
      return c.text('ok')
    },
    { traceparent: CALLER },
  )
  await late
  expect(sent.get('traceparent')).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)/,
  )
})

it('headers of another propagator that were copied are replaced as well', async () => {
  const b3: TextMapPropagator = {
    inject(context, carrier, setter) {
      const { traceId, spanId } = trace.getSpanContext(context) ?? {}
      setter.set(carrier, 'b3', `${traceId}-${spanId}-1`)
    },
    extract: (context) => context,
    fields: () => ['b3'],
  }
  const { sent, client } = await run(
    (c) => fetch(URL_THERE, c.req.raw),
    { b3: 'caller' },
    { propagator: b3 },
  )
  expect(sent.get('b3')).toBe(`${client?.spanContext().traceId}-${client?.spanContext().spanId}-1`)
})

const STATE = { traceparent: CALLER, tracestate: 'vendor=1,congo=2' }

describe('the caller’s tracestate', () => {
  it('does not go to others by default, copied or not', async () => {
    for (const ask of [
      () => fetch(URL_THERE),
      (c: Context<Env>) => fetch(URL_THERE, c.req.raw),
      (c: Context<Env>) => fetch(URL_THERE, { headers: c.req.header() }),
    ]) {
      const { sent, ours } = await run(ask, STATE)
      expect([sent.get('traceparent'), sent.get('tracestate')]).toEqual([ours, null])
    }
  })

  it('goes to bindings', async () => {
    for (const ask of [
      (c: Context<Env>) => c.env.SVC.fetch(URL_THERE),
      (c: Context<Env>) => c.env.SVC.fetch(c.req.raw),
    ]) {
      const { sent } = await run(ask, STATE, { propagateTo: [] })
      expect(sent.get('tracestate')).toBe('vendor=1,congo=2')
      expect(sent.has('traceparent')).toBe(true)
    }
  })

  it('goes to origins that are listed, where nothing goes to others', async () => {
    const listed = await run(() => fetch(URL_THERE), STATE, {
      propagateTo: ['https://there.test'],
    })
    expect(listed.sent.get('tracestate')).toBe('vendor=1,congo=2')
    expect(listed.sent.get('traceparent')).toBe(listed.ours)
    const other = await run(() => fetch(URL_THERE), STATE, { propagateTo: ['https://other.test'] })
    expect([...other.sent.keys()]).toEqual([])
    expect(other.client?.name).toBe('GET')
  })

  it('leaves what this service’s sampler wrote to go everywhere', async () => {
    const { sent } = await run(() => fetch(URL_THERE), {}, { ratio: 0.999999 })
    expect(sent.get('tracestate')).toMatch(/^ot=th:/)
  })
})

it('what the app passes on to where the trace does not go stays as it is', async () => {
  const { sent } = await run((c) => fetch(URL_THERE, { headers: c.req.header() }), STATE, {
    propagateTo: ['https://other.test'],
  })
  expect(Object.fromEntries(sent)).toMatchObject(STATE)
})

it('baggage goes where it is allowed, whether the trace does or not', async () => {
  const headers = { traceparent: CALLER, baggage: 'user=7' }
  const { sent } = await run(() => fetch(URL_THERE), headers, {
    propagateTo: [],
    baggageOrigins: ['https://there.test'],
  })
  expect([sent.get('traceparent'), sent.get('baggage')]).toEqual([null, 'user=7'])
})
