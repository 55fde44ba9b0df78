import { Hono } from 'hono'
import { log, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { afterEach, expect, it, vi } from 'vitest'

const accepting =
  (paths: string[] = []) =>
  async (url: string): Promise<Response> => {
    paths.push(new URL(url).pathname)
    return Response.json({})
  }

/** How often a request, and a span in it, ask the runtime to wait. */
const waits = async (options: ObservabilityOptions, env: object = {}): Promise<number> => {
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => c.text(withSpan('inner', () => 'ok')))
  const waited: Promise<unknown>[] = []
  const executionCtx = {
    waitUntil: (promise: Promise<unknown>) => void waited.push(promise),
    passThroughOnException() {},
    props: {},
  }
  const response = await app.fetch(new Request('http://shop.test/'), env, executionCtx as never)
  await response.text()
  await Promise.all(waited)
  return waited.length
}

afterEach(() => {
  vi.restoreAllMocks()
})

it.each([
  ['otlp: false', { otlp: false }],
  ['disabled: true', { disabled: true, otlp: { fetch: accepting() } }],
  [
    'no span sampled and neither metrics nor logs',
    { traces: { ratio: 0 }, metrics: false, otlp: { fetch: accepting() } },
  ],
] as [string, ObservabilityOptions][])(
  'waitUntil is not asked for with %s',
  async (_name, options) => {
    expect(await waits({ logs: false, ...options })).toBe(0)
  },
)

it.each([
  ['exporters are none', { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }],
  ['the SDK is disabled', { OTEL_SDK_DISABLED: 'true' }],
])('waitUntil is not asked for when %s in the environment', async (_name, env) => {
  expect(await waits({ logs: false }, env)).toBe(0)
})

it('waitUntil is asked for when there is something to export', async () => {
  const paths: string[] = []
  const options = { logs: false, metrics: false, otlp: { fetch: accepting(paths) } } as const
  expect(await waits(options)).toBe(1)
  expect(paths).toEqual(['/v1/traces'])
})

it('a disabled SDK says nothing: no access line, no log record, no warning', async () => {
  const said = (['log', 'warn', 'error', 'info', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => {}),
  )
  const app = new Hono()
  app.use(observability())
  app.get('/', (c) => {
    log.error('a record')
    return c.text('ok')
  })
  const env = { OTEL_SDK_DISABLED: 'true', OTEL_BSP_SCHEDULE_DELAY: 'soon' }
  expect((await app.fetch(new Request('http://shop.test/'), env)).status).toBe(200)
  expect(said.map(({ mock }) => mock.calls)).toEqual([[], [], [], [], []])
})
