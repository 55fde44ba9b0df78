import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { Hono } from 'hono'
import {
  log,
  type ObservabilityVariables,
  observability,
  pretty,
  setLogLevel,
} from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Capture, send } from './support.ts'

type Line = Record<string, unknown>

/** What reaches the console, by method. */
const spyOnConsole = () => {
  const lines: [method: string, line: unknown][] = []
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => {
      // Hono itself prints the errors that nobody handles.
      if (!(line instanceof Error)) {
        lines.push([method, line])
      }
    })
  }
  return {
    lines,
    records: (): Line[] => lines.map(([, line]) => JSON.parse(String(line))),
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

const setUp = (logs: Exclude<Parameters<Capture['options']>[0], undefined>['logs'] = {}) => {
  const capture = new Capture()
  const app = new Hono<{ Variables: ObservabilityVariables }>()
  app.use(observability(capture.options({ logs, metrics: false })))
  app.get('/orders/:id', (c) => {
    c.var.log.debug('details')
    log.named('db').debug('query')
    return c.text('ok')
  })
  app.get('/boom', () => {
    throw new RangeError('broken')
  })
  app.get('/slow', async (c) => {
    await scheduler.wait(60)
    return c.text('ok')
  })
  return { app, capture }
}

describe('the access line', () => {
  it('goes through the console method of its level', async () => {
    const { app } = setUp()
    const { lines, records } = spyOnConsole()
    await send(app, '/orders/1')
    await send(app, '/nothing')
    await send(app, '/boom')
    expect(lines.map(([method]) => method)).toEqual(['info', 'warn', 'error'])
    expect(records().map(({ message }) => message)).toEqual([
      'GET /orders/:id 200',
      'GET 404',
      'GET /boom 500',
    ])
  })

  it('marks slow requests', async () => {
    const { app } = setUp({ slowThresholdMs: 50 })
    const { records } = spyOnConsole()
    await send(app, '/slow')
    await send(app, '/orders/1')
    expect(records().map(({ slow, threshold_ms }) => [slow, threshold_ms])).toEqual([
      [true, 50],
      [undefined, undefined],
    ])
  })

  it('can be sampled, but for errors, and turned off', async () => {
    const { records } = spyOnConsole()
    const sampled = setUp({ accessRatio: 0 }).app
    await send(sampled, '/orders/1')
    await send(sampled, '/boom')
    const off = setUp({ access: false }).app
    await send(off, '/orders/1')
    expect(records().map(({ message }) => message)).toEqual(['GET /boom 500'])
  })

  it('carries what the request adds, in one record with its error', async () => {
    const { app, capture } = setUp({ otlp: true, errorIdHeader: 'X-Error-ID' })
    app.get('/charge', (c) => {
      c.var.log.set({ 'order.id': 'A-17' })
      log.set({ 'cart.items': 3 })
      throw new TypeError('declined')
    })
    const { records } = spyOnConsole()
    const { response } = await send(app, '/charge')
    const line = records().find(({ logger }) => logger === 'access')
    expect(line).toMatchObject({
      'order.id': 'A-17',
      'cart.items': 3,
      'exception.type': 'TypeError',
      'error.id': response.headers.get('X-Error-ID'),
      trace_id: capture.serverSpan.traceId,
      span_id: capture.serverSpan.spanId,
    })
    expect(capture.logBodies.join()).toContain('"eventName":"http.server.request.exception"')
  })
})

describe('two pipelines in one isolate', () => {
  it('keep their lines apart', async () => {
    const appOf = (name: string) => {
      const app = new Hono()
      const capture = new Capture()
      app.use(observability({ ...capture.options(), service: { name }, logs: { access: false } }))
      app.get('/', (c) => {
        log.info(`hello from ${name}`)
        return c.text('ok')
      })
      return app
    }
    const { records } = spyOnConsole()
    await Promise.all([send(appOf('first'), '/'), send(appOf('second'), '/')])
    expect(records().map((line) => [line.message, line['service.name']])).toEqual([
      ['hello from first', 'first'],
      ['hello from second', 'second'],
    ])
  })
})

describe('levels', () => {
  it('come from options by logger, and change at run time', async () => {
    const { app } = setUp({ access: false, levels: { db: 'debug' } })
    app.get('/louder', (c) => c.json(setLogLevel('*', 'debug')))
    const { records } = spyOnConsole()
    await send(app, '/orders/1')
    expect(records().map(({ message }) => message)).toEqual(['query'])
    expect((await send(app, '/louder')).body).toBe('true')
    await send(app, '/orders/1')
    expect(records().map(({ message }) => message)).toEqual(['query', 'details', 'query'])
  })

  it('come from LOG_LEVEL', async () => {
    const { app } = setUp({ access: false })
    const { records } = spyOnConsole()
    const ctx = createExecutionContext()
    const env = { LOG_LEVEL: 'DEBUG' }
    await app.fetch(new Request('http://shop.test/orders/1'), env, ctx)
    await waitOnExecutionContext(ctx)
    expect(records()).toHaveLength(2)
  })
})

describe('the form of lines', () => {
  it('is for people where LOG_FORMAT asks `pretty` for it, and JSON otherwise', async () => {
    const { app } = setUp({ console: pretty })
    const { lines } = spyOnConsole()
    const ask = async (env: object): Promise<void> => {
      const ctx = createExecutionContext()
      await app.fetch(new Request('http://shop.test/orders/1'), env, ctx)
      await waitOnExecutionContext(ctx)
    }
    await ask({ LOG_FORMAT: 'pretty' })
    expect(lines[0]?.[0]).toBe('info')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: of colours
    expect(lines[0]?.[1]).toMatch(/^\u001b\[90m[\d:.]+\u001b\[0m .*INFO .*GET \/orders\/:id 200/)
    await send(setUp({ console: pretty }).app, '/orders/1')
    expect(JSON.parse(String(lines.at(-1)?.[1]))).toMatchObject({ message: 'GET /orders/:id 200' })
  })

  it('stays what a function makes where LOG_FORMAT is another program’s', async () => {
    const { app } = setUp({ console: pretty })
    const { lines } = spyOnConsole()
    const ctx = createExecutionContext()
    await app.fetch(new Request('http://shop.test/orders/1'), { LOG_FORMAT: 'combined' }, ctx)
    await waitOnExecutionContext(ctx)
    expect(lines).toHaveLength(1)
    expect(JSON.parse(String(lines[0]?.[1]))).toMatchObject({ message: 'GET /orders/:id 200' })
  })

  it('can be an object, or what a function makes', async () => {
    const { lines } = spyOnConsole()
    await send(setUp({ console: 'object' }).app, '/orders/1')
    await send(setUp({ console: (line) => line.length }).app, '/orders/1')
    await send(setUp({ console: false }).app, '/orders/1')
    expect(lines).toHaveLength(2)
    expect(lines[0]?.[1]).toMatchObject({ message: 'GET /orders/:id 200' })
    expect(lines[1]?.[1]).toBeGreaterThan(100)
  })
})

describe('captured console calls', () => {
  it('become records of their request, once', async () => {
    const { app } = setUp({ access: false, captureConsole: true })
    app.get('/third-party', (c) => {
      console.warn('cache %s', 'cold', { token: 'abc123secret' })
      return c.text('ok')
    })
    const { records } = spyOnConsole()
    const { response } = await send(app, '/third-party')
    expect(records()).toMatchObject([
      {
        level: 'warn',
        message: 'cache cold',
        logger: 'console',
        request_id: response.headers.get('x-request-id'),
        'console.args': [{ token: '[REDACTED]' }],
      },
    ])
  })
})
