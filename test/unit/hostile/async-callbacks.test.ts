import { Hono } from 'hono'
import { log, type ObservabilityOptions, observability } from 'hono-observability'
import { usersSeen } from 'hono-observability/hono'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runListener } from '../../../src/health/run-listener.ts'

/** As an app may write one by mistake: where an answer at once is expected. */
// biome-ignore lint/suspicious/noExplicitAny: of any type that a callback has
const rejects: any = async () => {
  throw new Error('of ann@example.com')
}

const methods = (...names: string[]): object =>
  Object.fromEntries(names.map((name) => [name, rejects]))

const unheard: unknown[] = []
const note = (reason: unknown): void => void unheard.push(reason)

beforeEach(() => {
  unheard.length = 0
  process.on('unhandledRejection', note)
})

afterEach(() => {
  process.off('unhandledRejection', note)
  vi.restoreAllMocks()
})

/** After a turn of the loop Node has told of what nobody heard. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What is warned of, of an app whose handler makes a line and a call, and fails at `/fails`. */
const warningsOf = async (options: object, path = '/'): Promise<string[]> => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (const method of ['info', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => {})
  }
  const app = new Hono()
  app.use(observability({ otlp: { endpoint: 'http://127.0.0.1:1' }, ...options }))
  app.onError((_, c) => c.text('failed', 500))
  app.get('/', async (c) => {
    log.info('in')
    await fetch('http://127.0.0.1:1/').catch(() => {})
    return c.text('in')
  })
  app.get('/fails', () => {
    throw new Error('out of coffee')
  })
  for (const _ of [1, 2]) {
    const response = await app.request(path)
    expect(await response.text()).toBe(path === '/' ? 'in' : 'failed')
  }
  await turns()
  return warn.mock.calls.map(String).filter((line) => /failed|promise/.test(line))
}

const CALLBACKS: Record<string, [options: ObservabilityOptions, path?: string]> = {
  'http.ignore': [{ http: { ignore: rejects } }],
  'http.route': [{ http: { route: rejects } }],
  'http.cf': [{ http: { cf: rejects } }],
  'http.enrich': [{ http: { enrich: rejects } }],
  'traces.fetchIgnore': [{ traces: { fetch: true, fetchIgnore: rejects } }],
  'traces.propagateTo': [{ traces: { fetch: true, propagateTo: rejects } }],
  'traces.sampler': [{ traces: { sampler: methods('shouldSample') as never } }],
  'traces.idGenerator': [
    { traces: { idGenerator: methods('generateTraceId', 'generateSpanId') as never } },
  ],
  'traces.tail.keep': [{ traces: { ratio: 0, tail: { keep: rejects } } }],
  'a span processor': [
    {
      traces: {
        processors: [methods('onStart', 'onEnd', 'forceFlush', 'shutdown') as never],
      },
    },
  ],
  'logs.console': [{ logs: { console: rejects } }],
  'logs.classify': [{ logs: { classify: rejects } }, '/fails'],
}

it.each(Object.entries(CALLBACKS))(
  'an async %s that rejects ends no process and is warned of once',
  async (name, [options, path]) => {
    const warnings = await warningsOf(options, path)
    expect(unheard).toEqual([])
    expect(warnings).toHaveLength(1)
    // `http.cf` is called among what is our own.
    expect(warnings[0]).toContain(name === 'http.cf' ? 'internal fault' : name.split('.').at(-1))
    expect(warnings[0]).not.toContain('ann')
  },
)

it('an async `logs.format` that rejects leaves lines as they are and ends no process', async () => {
  await warningsOf({ logs: { format: rejects } })
  expect(unheard).toEqual([])
  expect(String(vi.mocked(console.info).mock.calls[0])).toContain('"message":"in"')
})

it('an async `http.trustInbound` that rejects believes nobody and ends no process', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'info').mockImplementation(() => {})
  const app = new Hono()
  app.use(observability({ otlp: false, http: { trustInbound: rejects } }))
  const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }
  await app.request('/', { headers })
  await turns()
  expect(unheard).toEqual([])
  expect(warn.mock.calls.map(String).filter((line) => line.includes('trustInbound'))).toHaveLength(
    1,
  )
})

it('async fields of a line that reject end no process, and the line says so', async () => {
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  log.info('paid', rejects)
  await turns()
  expect(unheard).toEqual([])
  expect(String(info.mock.calls[0])).toContain('promise')
})

it.each(['user', 'session'])(
  'an async `%s` of usersSeen counts nobody, warned once',
  async (key) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.spyOn(console, 'info').mockImplementation(() => {})
    const app = new Hono()
    const idOf = key === 'user' ? rejects : async () => 'ann@example.com'
    app.use(observability({ otlp: { endpoint: 'http://127.0.0.1:1' } }), usersSeen({ [key]: idOf }))
    app.get('/', (c) => c.text('in'))
    for (const _ of [1, 2]) {
      const env = { HONO_OBSERVABILITY_SECRET: 'known to the app only' }
      expect(await (await app.request('/', {}, env)).text()).toBe('in')
    }
    await turns()
    expect(unheard).toEqual([])
    const warnings = warn.mock.calls.map(String).filter((line) => line.includes('usersSeen'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(`\`${key}\` threw or is async`)
    expect(warnings[0]).not.toContain('ann')
  },
)

it('an async listener of health checks that rejects is told of, and ends no process', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  runListener({ metrics: undefined, onStatusChange: rejects } as never)(
    { name: 'db', critical: true } as never,
    { status: 'fail' } as never,
    undefined,
  )
  await turns()
  expect(unheard).toEqual([])
  expect(String(error.mock.calls[0])).toContain('listener threw Error')
})
