import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { observability, withSpan } from 'hono-observability'
import { expect, it, vi } from 'vitest'
import { json } from '../../../src/export/json/json.ts'
import { post } from '../../../src/export/otlp/post.ts'
import { catchTelemetry } from './support.ts'

const THROWN: readonly (readonly [string, unknown])[] = [
  ['null', null],
  ['undefined', undefined],
  ['a symbol', Symbol('thrown')],
  ['an object without a prototype', Object.create(null)],
  [
    'an object whose every property throws',
    new Proxy(
      {},
      {
        get() {
          throw new Error('from a getter')
        },
      },
    ),
  ],
  ['an error whose name is no text', Object.assign(new Error('x'), { name: Symbol('name') })],
  ['an error that refers to itself', Object.assign(new Error('x'), { cause: {} })],
]

it.each(THROWN)(
  '%s, thrown by processor, sampler and predicate, stays with us',
  async (_, thrown) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fail = (): never => {
      throw thrown
    }
    const caught = catchTelemetry()
    const app = new Hono()
    app.use(
      observability(
        caught.options({
          http: { trustInbound: fail },
          traces: {
            processors: [
              { onStart: fail, onEnding: fail, onEnd: fail, forceFlush: fail, shutdown: fail },
            ],
          },
        }),
      ),
    )
    app.get('/', async (c) => {
      trace.getTracer('app').startSpan('by hand').end()
      return c.text(await withSpan('inner', async () => 'ok'))
    })
    const response = await caught.send(app, new Request('http://shop.test/'))
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect(caught.spans.map(({ name }) => name).sort()).toEqual(['GET /', 'by hand', 'inner'])
  },
)

it.each(THROWN)('%s, thrown by the sampler, leaves a request without a span', async (_, thrown) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const caught = catchTelemetry()
  const app = new Hono()
  const shouldSample = (): never => {
    throw thrown
  }
  app.use(observability(caught.options({ traces: { sampler: { shouldSample } } })))
  app.get('/', (c) => c.text('ok'))
  const response = await caught.send(app, new Request('http://shop.test/'))
  expect(await response.text()).toBe('ok')
  expect(caught.spans).toEqual([])
})

it.each(THROWN)('%s, thrown by the app, is answered by the app and recorded', async (_, thrown) => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const caught = catchTelemetry()
  const app = new Hono()
  app.use(observability(caught.options({ logs: { otlp: true } })))
  app.get('/', async () => {
    throw thrown
  })
  const outcome: { response?: Response; error?: unknown } = {}
  try {
    outcome.response = await caught.send(app, new Request('http://shop.test/'))
  } catch (error) {
    outcome.error = error
  }
  if (thrown instanceof Error) {
    expect(outcome.response?.status).toBe(500)
  } else {
    // Hono passes on what is no Error.
    expect(Object.is(outcome.error, thrown)).toBe(true)
  }
})

it.each(THROWN)('%s, thrown by a fetch of one’s own, is a network failure', async (_, thrown) => {
  const destination = {
    url: 'http://c/',
    headers: {},
    timeoutMs: 1000,
    compression: 'none',
    encoding: json,
  }
  const outcome = await post(
    destination as never,
    { body: '{}', contentType: json.contentType },
    async () => {
      throw thrown
    },
  )
  expect(outcome).toMatchObject({ kind: 'retry', reason: 'network', ambiguous: true })
})
