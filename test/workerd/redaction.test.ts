import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import { Hono, type MiddlewareHandler } from 'hono'
import {
  log,
  type ObservabilityVariables,
  observability,
  restoreGlobalFetch,
} from 'hono-observability'
import { custom, healthRoutes } from 'hono-observability/health'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Capture, send } from './support.ts'

type Line = Record<string, unknown>

const METHODS = ['debug', 'info', 'warn', 'error'] as const

const spyOnConsole = () => {
  const lines: string[] = []
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)))
  }
  return { lines, records: (): Line[] => lines.map((line) => JSON.parse(line)) }
}

afterEach(() => {
  vi.restoreAllMocks()
})

const THROWN = 'connect postgres://u:pw-1@db.example/x?token=abc-1'

const probe = async (app: ReturnType<typeof healthRoutes>, path = '/health/detailed') => {
  const ctx = createExecutionContext()
  const response = await app.request(path, {}, {}, ctx)
  const text = await response.text()
  await waitOnExecutionContext(ctx)
  return { status: response.status, text }
}

describe('what a health check says', () => {
  it('reaches neither console, details nor metrics with its secrets', async () => {
    const { lines } = spyOnConsole()
    const recorded: unknown[] = []
    const instrument = () => ({ record: (...args: unknown[]) => recorded.push(args) })
    const app = healthRoutes({
      authorize: () => true,
      metrics: { createGauge: instrument, createHistogram: instrument } as never,
      checks: {
        thrown: custom(() => {
          throw new Error(THROWN)
        }),
        text: custom((): Promise<boolean> => Promise.reject(THROWN)),
        found: custom(() => ({
          status: 'warn',
          output: THROWN,
          observedUnit: 'token=abc-1',
          observedValue: { url: THROWN, password: 'abc-1', list: ['Bearer abc-1'], pin: 4711 },
        })),
        status: custom(() => ({ status: THROWN as never })),
        'named token=abc-1': custom(() => true),
      },
    })
    const { text } = await probe(app)
    expect(lines.length).toBe(4)
    for (const line of lines) JSON.parse(line)
    const said = [...lines, JSON.stringify(recorded)].join()
    expect(said).not.toMatch(/pw-1|abc-1|4711/)
    expect(said).toContain('db.example')
    expect(text.replace('named token=abc-1', '')).not.toMatch(/pw-1|abc-1|4711/)
    expect(JSON.stringify(recorded)).not.toContain('postgres')
  })

  it('is said of the listener that throws, too', async () => {
    const { lines } = spyOnConsole()
    const app = healthRoutes({
      onStatusChange: () => {
        throw new Error(THROWN)
      },
      checks: { a: custom(() => false) },
    })
    await probe(app, '/health')
    expect(lines.join()).toContain('threw Error: connect')
    expect(lines.join()).not.toMatch(/pw-1|abc-1/)
  })

  it.each<[string, () => unknown]>([
    ['rejects with an object without a prototype', () => Promise.reject(Object.create(null))],
    ['rejects with undefined', () => Promise.reject(undefined)],
    ['rejects with a symbol', () => Promise.reject(Symbol('s'))],
    ['rejects with what cannot be read', () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return Promise.reject(proxy)
    }],
    ['throws an error whose message throws', () => {
      throw Object.defineProperty(new Error('x'), 'message', { get: () => { throw new Error('y') } })
    }],
    ['finds what refers to itself', () => { const a: Line = {}; a.observedValue = a; return a }],
    ['finds what cannot be read', () => Object.defineProperty({}, 'status', { enumerable: true, get: () => { throw new Error('y') } })],
    ['finds a status that there is not', () => ({ status: 'odd' })],
    ['finds a proxy that throws', () => new Proxy({}, { ownKeys: () => { throw new Error('y') } })],
    ['returns what is thenable and throws', () => Object.defineProperty({}, 'then', { get: () => { throw new Error('y') } })],
  ])('is its own failure only, when it %s', async (_, run) => {
    spyOnConsole()
    const app = healthRoutes({
      authorize: () => true,
      checks: { odd: custom(run as () => boolean), well: custom(() => true) },
    })
    for (const path of ['/health', '/health/detailed', '/readyz']) {
      const { status, text } = await probe(app, path)
      expect(status).toBe(503)
      expect(JSON.parse(text).checks).toMatchObject({ odd: [{ status: 'fail' }], well: [{ status: 'pass' }] })
    }
  }) // biome-ignore format: one line each

  it('passes with a bigint among what it found', async () => {
    const app = healthRoutes({
      authorize: () => true,
      checks: { big: custom(() => ({ observedValue: 5n })) },
    })
    const { status, text } = await probe(app)
    expect([status, JSON.parse(text).checks.big[0].observedValue]).toEqual([200, '5'])
  })
})

const setUp = (options: Parameters<Capture['options']>[0] = {}) => {
  const capture = new Capture()
  const app = new Hono<{ Variables: ObservabilityVariables }>()
  app.use(observability(capture.options({ logs: { otlp: true }, ...options })))
  return { app, capture }
}

describe('a line of the log', () => {
  it('hides what names, pairs, texts and paths give away', async () => {
    const { app, capture } = setUp()
    const slack = `/services/T${'0A1B2C3D4'}/B${'0A1B2C3D4'}/${'aB3dE5'.repeat(4)}`
    const bot = `123456789:${'AAbC3dE5'.repeat(4)}xyz`
    app.all('*', (c) => {
      log.info('all', {
        accessTokens: ['abc-1'],
        DB_PASS: 'abc-1',
        otpCode: 1234567,
        token2: 'abc-1',
        pairs: [{ name: 'password', value: 'abc-1' }],
        text: '"password":["abc-1"] Authorization: Digest u="x", response="abc-1"',
        xml: '<password>abc-1</password> token%3Dabc-1',
        card: '4111\u00a01111\u00a01111\u00a01111',
        note: '4111\u00a01111\u00a01111\u00a01111',
        npm: `npm_${'aB3dE5'.repeat(6)}`,
        hook: `https://hooks.slack.com${slack}`,
        prompt_tokens: 12,
      })
      return c.text('ok')
    })
    const { lines } = spyOnConsole()
    await send(app, slack)
    await send(app, `/bot${bot}/sendMessage`)
    const said = `${lines.join()}${capture.text}`
    expect(said).not.toMatch(/abc-1|1234567"|4111|aB3dE5|AAbC3dE5/)
    expect(said).toContain('"prompt_tokens":12')
    expect(capture.spans.map(({ attributes }) => attributes['url.path'])).toEqual([
      '/services/[REDACTED]',
      '/bot[REDACTED]/sendMessage',
    ])
  })

  it('hides secrets in the paths of what the app fetches', async () => {
    const { app, capture } = setUp({ traces: { fetch: true } })
    app.get('/', async (c) => {
      await fetch(`http://127.0.0.1:1/bot123456789:${'AAbC3dE5'.repeat(4)}xyz/send`).catch(() => 0)
      return c.text('ok')
    })
    spyOnConsole()
    await send(app, '/')
    restoreGlobalFetch()
    expect(capture.text).toContain('http://127.0.0.1:1/bot[REDACTED]/send')
    expect(capture.text).not.toContain('AAbC3dE5')
  })

  it.each(['before', 'after'])(
    'has a request id of other middleware %s ours cut and encoded',
    async (order) => {
      const { app, capture } = setUp()
      let id = ''
      const setId: MiddlewareHandler = (c, next) => {
        c.set('requestId' as never, id as never)
        return next()
      }
      const outer = new Hono()
      if (order === 'before') {
        outer.use(setId)
      } else {
        app.use(setId)
      }
      app.get('/', (c) => {
        log.info('x')
        return c.text('ok')
      })
      outer.route('/', app)
      for (id of ['x'.repeat(200_000), 'a\u0085\n\u2028b']) {
        const { lines, records } = spyOnConsole()
        capture.logBodies.length = 0
        await send(outer, '/')
        expect(lines).toHaveLength(2)
        for (const line of lines) {
          expect(line.length).toBeLessThan(1500)
          expect(line).not.toMatch(/[\u0085\n\u2028]/)
        }
        // As the span has it: a mark of what was cut would make two ids of one.
        const expected = id.slice(0, 255)
        expect(records().map(({ request_id }) => request_id)).toEqual([expected, expected])
        expect(capture.logBodies.join().length).toBeLessThan(6000)
        vi.restoreAllMocks()
      }
    },
  )

  it('has no key twice', async () => {
    const { app } = setUp()
    app.get('/', (c) => {
      log.info('x', { message: 1, 'field.message': 2 })
      return c.text('ok')
    })
    const { lines } = spyOnConsole()
    await send(app, '/')
    expect(lines[0]?.match(/"field\.message":/g)).toHaveLength(1)
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      'field.message#2': 1,
      'field.message': 2,
    })
  })

  it('has values of the runtime as what they are', async () => {
    const { app } = setUp()
    app.post('/', async (c) => {
      log.info('values', {
        headers: c.req.raw.headers,
        request: c.req.raw,
        form: await c.req.formData(),
        blob: new Blob(['ab'], { type: 'text/plain' }),
        buffer: new ArrayBuffer(8),
        response: new Response('x'),
        stream: new ReadableStream(),
        set: new Set(Array.from({ length: 50_000 }, (_, i) => i)),
        boxed: new Number(5),
        pattern: /a/g,
        gone: new DOMException('gone', 'AbortError'),
      })
      log.info('fields', new Headers({ a: 'b', 'x-api-key': 'abc-1' }) as never)
      return c.text('ok')
    })
    const { records, lines } = spyOnConsole()
    const body = new FormData()
    body.set('password', 'abc-1')
    body.set('a', 'b')
    await send(app, '/', { method: 'POST', body, headers: { cookie: 'sid=abc-1' } })
    expect(lines.join()).not.toContain('abc-1')
    expect(records()[0]).toMatchObject({
      headers: { cookie: '[REDACTED]' },
      request: '[Request POST http://shop.test/]',
      form: { a: 'b', password: '[REDACTED]' },
      blob: '[Blob, 2 bytes, text/plain]',
      buffer: '[8 bytes]',
      response: '[Response 200]',
      stream: '[ReadableStream]',
      boxed: 5,
      pattern: '/a/g',
      gone: { 'exception.type': 'AbortError' },
      truncated: true,
    })
    expect(records()[1]).toMatchObject({ a: 'b', 'x-api-key': '[REDACTED]' })
  })

  it('names a binding, and asks it nothing', async () => {
    const { app } = setUp()
    app.get('/', (c) => {
      log.info('binding', { cache: (env as { CACHE?: unknown }).CACHE })
      return c.text('ok')
    })
    const { records } = spyOnConsole()
    const { body } = await send(app, '/')
    expect(body).toBe('ok')
    expect(records()[0]?.cache).toBe('[KvNamespace]')
  })
})

describe('a console that is broken', () => {
  it.each([
    ['throws', () => { throw new Error('console') }],
    ['lacks its methods', undefined],
  ])('harms no request when it %s', async (_, broken) => {
    const { app, capture } = setUp({ logs: { otlp: true, captureConsole: false } })
    app.get('/', (c) => {
      c.var.log.error(new Error('x'))
      return c.text('ok')
    })
    app.route('/', healthRoutes({ checks: { a: custom(() => false) } }))
    const own = METHODS.map((method) => console[method])
    try {
      for (const method of METHODS) console[method] = broken as never
      expect((await send(app, '/')).body).toBe('ok')
      expect((await send(app, '/health')).response.status).toBe(503)
    } finally {
      METHODS.forEach((method, i) => { console[method] = own[i] as never })
    }
    expect(capture.logBodies.join()).toContain('exception.message')
  }) // biome-ignore format: one line each
})
