import { Hono } from 'hono'
import {
  instrument,
  instrumentEntrypoint,
  instrumentWorkflow,
  log,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const SERVER = 1

let lines: Record<string, unknown>[]

beforeEach(() => {
  lines = []
  vi.spyOn(console, 'info').mockImplementation((line) => void lines.push(JSON.parse(String(line))))
})

afterEach(() => {
  vi.restoreAllMocks()
})

const serviceOf = (name: string, spans: ReadableSpan[] = []): ObservabilityOptions => ({
  service: { name },
  otlp: false,
  metrics: false,
  logs: { access: false },
  traces: {
    processors: [
      {
        onStart() {},
        onEnd: (span: ReadableSpan) => void spans.push(span),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  },
})

const newCtx = () => ({ waitUntil() {}, passThroughOnException() {}, props: {} })

const told = () => lines.map((line) => [line.message, line['service.name'], 'request_id' in line])

it('a cron that runs in another service’s request logs as itself, without the request’s id', async () => {
  const cron = instrument({ scheduled: () => log.info('cleaned') }, serviceOf('cleaner'))
  const app = new Hono().use(observability(serviceOf('shop')))
  app.get('/', async (c) => {
    log.info('before')
    await cron.scheduled(...([{ cron: '* * * * *' }, {}, newCtx()] as never as []))
    log.info('after')
    return c.text('ok')
  })
  await app.fetch(new Request('http://shop.test/'), {}, newCtx())
  expect(told()).toEqual([
    ['before', 'shop', true],
    ['cleaned', 'cleaner', false],
    ['after', 'shop', true],
  ])
})

it('what a tail handler logs is told by its own service', async () => {
  instrument({ fetch: () => new Response() }, serviceOf('first'))
  const worker = instrument({ tail: () => log.info('tailed') }, serviceOf('watcher'))
  await worker.tail(...([[], {}, newCtx()] as never as []))
  expect(told()).toEqual([['tailed', 'watcher', false]])
})

it('a request to another service within a call over RPC has a server span of its own', async () => {
  const spans: ReadableSpan[] = []
  const prices = new Hono().use(observability(serviceOf('prices')))
  prices.get('/', (c) => c.text('7'))
  class Shop {
    async price(): Promise<string> {
      return (await prices.request('http://prices.test/')).text()
    }
  }
  const Instrumented = instrumentEntrypoint(Shop as never, serviceOf('shop', spans)) as never as {
    new (ctx: object, env: object): Shop
  }
  expect(await new Instrumented(newCtx(), {}).price()).toBe('7')
  expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
    ['GET /', SERVER],
    ['Shop/price', SERVER],
  ])
})

it('what a Workflow’s run asks of the app is no request, and its logs are told by its service', async () => {
  const spans: ReadableSpan[] = []
  const options = serviceOf('shipping', spans)
  const app = new Hono().use(observability(options))
  app.get('/label', (c) => c.text('label'))
  class Packing {
    async run(): Promise<string> {
      log.info('packing')
      return (await app.request('/label')).text()
    }
  }
  const Instrumented = instrumentWorkflow(Packing as never, options) as never as {
    new (ctx: object, env: object): { run(...args: unknown[]): Promise<string> }
  }
  const event = { instanceId: 'a', payload: {}, timestamp: new Date(), workflowName: 'packing' }
  expect(await new Instrumented(newCtx(), {}).run(event, {})).toBe('label')
  expect(spans.map(({ name, kind }) => [name, kind === SERVER])).toEqual([
    ['GET /label', false],
    ['run packing', false],
  ])
  expect(told()).toEqual([['packing', 'shipping', false]])
})
