import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { format, inspect } from 'node:util'
import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  exporterState,
  forceFlush,
  instrument,
  log,
  type ObservabilityOptions,
  observability,
  withSpan,
} from 'hono-observability'
import { custom, healthRoutes, telemetry } from 'hono-observability/health'
import { prometheusRoute } from 'hono-observability/prometheus'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

// Unlike each other and unlike anything that redaction knows by its looks.
const SECRETS = {
  header: 'planted-header-7c1e',
  signalHeader: 'planted-signal-2b9d',
  variable: 'planted-variable-93fa',
  metricsToken: 'planted-metrics-5d07',
  healthToken: 'planted-health-e61c',
  query: 'planted-query-40ab',
}

let said: string[]

beforeEach(() => {
  said = []
  for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void said.push(format(...args)))
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0)
  }
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `x-variable=${SECRETS.variable}`)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const inspected = (value: unknown): string => {
  const seen = new Set<unknown>()
  const json = JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint' || (typeof inner === 'object' && seen.has(inner))) {
      return undefined
    }
    seen.add(inner)
    return inner
  })
  return `${inspect(value, { depth: 30, showHidden: true, maxArrayLength: null })}\n${json}\n${value}`
}

type Fetch = NonNullable<
  Exclude<ObservabilityOptions['otlp'], false | readonly unknown[] | undefined>['fetch']
>

interface Mode {
  readonly url?: string
  readonly fetch?: Fetch
  /** Whether the exporter's requests get as far as this. */
  readonly isSent: boolean
}

const sentHeaders = (init: RequestInit): string =>
  JSON.stringify(Object.fromEntries(new Headers(init.headers)))

const MODES: Record<string, Mode> = {
  'a receiver that is well': { isSent: true, fetch: async () => Response.json({}) },
  'nobody at the other end': { isSent: false },
  'a name that does not exist': { isSent: false, url: 'http://collector.invalid:4318' },
  'a 401 that says what it got': {
    isSent: true,
    fetch: async (_url, init) => new Response(sentHeaders(init), { status: 401 }),
  },
  'a 503 that says what it got, in a header too': {
    isSent: true,
    fetch: async (_url, init) =>
      new Response(sentHeaders(init), {
        status: 503,
        statusText: SECRETS.header,
        headers: { 'Retry-After': SECRETS.header, 'x-echo': sentHeaders(init) },
      }),
  },
  'a redirect to a URL with what it got': {
    isSent: true,
    fetch: async () =>
      new Response(null, { status: 302, headers: { location: `http://x/?${SECRETS.header}` } }),
  },
  'a receiver that took some, and says what it got': {
    isSent: true,
    fetch: async (_url, init) =>
      Response.json({ partialSuccess: { rejectedSpans: 1, errorMessage: sentHeaders(init) } }),
  },
  'a fetch that throws what it got': {
    isSent: true,
    fetch: async (url, init) => {
      throw Object.assign(new Error(`${url} ${sentHeaders(init)}`, { cause: init }), {
        name: SECRETS.header,
        code: SECRETS.header,
      })
    },
  },
  'a fetch that throws a text': {
    isSent: true,
    fetch: (_url, init) => Promise.reject(sentHeaders(init)),
  },
  'a body that breaks with what it got': {
    isSent: true,
    fetch: async (_url, init) =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.error(new Error(sentHeaders(init)))
          },
        }),
      ),
  },
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

it.each(Object.entries(MODES))('no secret shows anywhere, with %s', async (_, mode) => {
  const bodies: string[] = []
  const sent: string[] = []
  const { fetch } = mode
  const base = mode.url ?? `http://127.0.0.1:${await freePort()}`
  const options: ObservabilityOptions = {
    service: { name: 'secrets' },
    logs: { otlp: true, level: 'trace' },
    metrics: { intervalMs: 1 },
    otlp: {
      endpoint: `${base}/base?key=${SECRETS.query}`,
      headers: { authorization: `Custom ${SECRETS.header}` },
      traces: { headers: { 'x-signal': SECRETS.signalHeader } },
      timeoutMs: 1000,
      maxAttempts: 2,
      batch: { maxLingerMs: 0 },
      ...(fetch && {
        fetch: async (url: string, init: RequestInit) => {
          sent.push(sentHeaders(init))
          bodies.push(await new Response(init.body ?? null).text())
          return fetch(url, init)
        },
      }),
    },
  }
  const app = new Hono()
  const middleware = observability(options)
  app.use(middleware)
  app.route(
    '/',
    healthRoutes({
      checks: { export: telemetry(() => exporterState(options)), own: custom(() => true) },
      token: SECRETS.healthToken,
    }),
  )
  app.route('/', prometheusRoute({ from: () => [], token: SECRETS.metricsToken }))
  const shown: unknown[] = [middleware, app, instrument(app)]
  app.get('/fail', async () => {
    shown.push(trace.getActiveSpan(), context.active())
    await withSpan('inner', async (span) => {
      shown.push(span)
      log.info('inside')
    })
    throw new Error('a failure of the app')
  })
  const authorization = [SECRETS.healthToken, SECRETS.metricsToken, 'wrong']
  const answers: string[] = []
  for (const path of ['/fail', '/health?verbose', '/metrics', '/nowhere']) {
    for (const token of authorization) {
      const response = await app.fetch(
        new Request(`http://shop.test${path}`, { headers: { authorization: `Bearer ${token}` } }),
      )
      answers.push(inspect(response.headers), await response.text())
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
  await forceFlush({ timeoutMs: 5000 })
  shown.push(
    exporterState(options),
    trace.getTracerProvider(),
    trace.getTracer('x'),
    metrics.getMeterProvider(),
    propagation,
    log,
  )
  expect(sent.length > 0).toBe(mode.isSent)
  for (const headers of sent) {
    expect(headers).toContain(SECRETS.header)
    expect(headers).toContain(SECRETS.variable)
  }
  const pieces = [...said, ...bodies, ...answers, ...shown.map(inspected)]
  const everything = pieces.join('\n')
  // It was looked at in earnest.
  expect(everything).toContain('a failure of the app')
  expect(bodies.join().includes('http.server.request.duration')).toBe(mode.isSent)
  for (const secret of Object.values(SECRETS)) {
    const culprit = pieces.find((piece) => piece.includes(secret))
    expect(culprit?.slice(Math.max(0, culprit.indexOf(secret) - 600))).toBeUndefined()
  }
})

it.each<[string, unknown]>([
  ['an endpoint', { endpoint: `https://user:${SECRETS.header}@collector.test` }],
  ['an endpoint that is none', { endpoint: `collector.test/${SECRETS.header}` }],
  ['a header', { headers: { authorization: `Bearer ${SECRETS.header}\n` } }],
  ['a header instead of headers', { headers: `authorization=${SECRETS.header}` }],
])('%s with a secret that is wrong is refused without it', (_, otlp) => {
  for (const configure of [
    () => observability({ otlp } as never),
    () => instrument(new Hono(), { otlp } as never),
  ]) {
    expect(configure).toThrow(TypeError)
    try {
      configure()
    } catch (error) {
      expect(inspected(error)).not.toContain(SECRETS.header)
    }
  }
})
