import { context, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { instrument } from 'hono-observability'
import { beforeEach, expect, it, vi } from 'vitest'
import { registerContextManager } from '../../../src/context/async-context.ts'
import { sealedWith } from '../../support/sealed.ts'
import { runWorker, SECRET } from './run-worker.ts'

beforeEach(() => {
  registerContextManager()
  metrics.disable()
})

const message = (id: string) => ({
  id,
  timestamp: new Date(),
  attempts: 1,
  body: id,
  ack: vi.fn(),
  retry: vi.fn(),
})

const batchOf = (...ids: string[]) => ({
  queue: 'orders',
  messages: ids.map(message),
  ackAll: vi.fn(),
  retryAll: vi.fn(),
})

type Batch = ReturnType<typeof batchOf>

it('measures a batch, and counts its messages by outcome', async () => {
  const { points, run } = runWorker((options) =>
    instrument(
      {
        queue(batch: Batch): void {
          batch.messages[0]?.ack()
          batch.messages[0]?.retry()
          batch.messages[1]?.retry()
        },
      },
      options,
    ),
  )
  const batch = batchOf('a', 'b', 'c')
  await run('queue', batch)
  const common = {
    'messaging.system': 'cloudflare_queues',
    'messaging.operation.name': 'process',
    'messaging.destination.name': 'orders',
  }
  expect(await points('messaging.process.duration')).toMatchObject([
    { count: 1, attributes: common },
  ])
  const consumed = await points('messaging.client.consumed.messages')
  expect(
    consumed.map(({ attributes, value }) => [attributes['hono.queue.outcome'], value]),
  ).toEqual([
    ['ack', 2],
    ['retry', 1],
  ])
  expect(
    batch.messages.map(({ ack, retry }) => [ack.mock.calls.length, retry.mock.calls.length]),
  ).toEqual([
    [1, 1],
    [0, 1],
    [0, 0],
  ])
})

it.each(['ackAll', 'retryAll'] as const)('understands %s', async (method) => {
  const { points, run } = runWorker((options) =>
    instrument({ queue: (batch: Batch): void => batch[method]() }, options),
  )
  const batch = batchOf('a', 'b')
  await run('queue', batch)
  expect(batch[method]).toHaveBeenCalledTimes(1)
  expect(batch[method].mock.contexts[0]).toBe(batch)
  expect(await points('messaging.client.consumed.messages')).toMatchObject([
    { value: 2, attributes: { 'hono.queue.outcome': method === 'ackAll' ? 'ack' : 'retry' } },
  ])
})

it('passes on what a handler throws, with its class in the metric', async () => {
  const { points, run } = runWorker((options) =>
    instrument(
      {
        queue(): void {
          throw new RangeError('no')
        },
      },
      options,
    ),
  )
  await expect(run('queue', batchOf('a'))).rejects.toThrow(new RangeError('no'))
  expect((await points('messaging.process.duration'))[0]?.attributes['error.type']).toBe(
    'RangeError',
  )
})

it('starts a trace of its own for each run, even inside another', async () => {
  const traceIds: (string | undefined)[] = []
  const { run } = runWorker((options) =>
    instrument(
      {
        scheduled: (): void => {
          traceIds.push(trace.getActiveSpan()?.spanContext().traceId)
        },
      },
      options,
    ),
  )
  const controller = { cron: '* * * * *', scheduledTime: Date.now() }
  const outer = trace.wrapSpanContext({
    traceId: '1'.repeat(32),
    spanId: '2'.repeat(16),
    traceFlags: 1,
  })
  await context.with(trace.setSpan(ROOT_CONTEXT, outer), () => run('scheduled', controller))
  await run('scheduled', controller)
  expect(new Set([...traceIds, '1'.repeat(32)]).size).toBe(3)
})

it('runs the handler with its own object, and what the platform passed', async () => {
  const received: unknown[] = []
  const worker = {
    name: 'worker',
    scheduled(...args: unknown[]): void {
      received.push(this.name, ...args)
    },
  }
  const { run, env, ctx } = runWorker((options) => instrument(worker, options))
  const controller = { cron: '* * * * *', scheduledTime: Date.now() }
  await run('scheduled', controller)
  expect(received).toEqual(['worker', controller, env, ctx])
})

it('runs the handler when the platform passes something unknown', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const handled = vi.fn()
  const { run } = runWorker((options) =>
    instrument({ queue: handled, scheduled: handled, email: handled }, options),
  )
  await run('scheduled', undefined)
  await run('scheduled', { scheduledTime: Number.NaN })
  await run('scheduled', { cron: 7, scheduledTime: Symbol('never') })
  await run('email', undefined)
  expect(warn).not.toHaveBeenCalled()
  await run('queue', { strange: true })
  expect(handled).toHaveBeenCalledTimes(5)
})

it('refuses a handler with nothing to instrument', () => {
  expect(() => instrument({ test: () => {} })).toThrow(TypeError)
})

it('refuses a class, of which it could not make another', () => {
  class Entrypoint {
    fetch(): Response {
      return new Response()
    }
  }
  expect(() => instrument(Entrypoint)).toThrow(/received a class: use `instrumentEntrypoint`/)
})

it('runs a tail handler that has something of its own to do, and measures what it is told', async () => {
  const tail = vi.fn()
  const { points, run } = runWorker((options) => instrument({ tail }, options))
  const events = [
    { scriptName: 'shop', outcome: 'exceededCpu', event: { cron: '*' }, cpuTime: 30, wallTime: 40 },
    { scriptName: 'shop', outcome: 'ok', event: { queue: 'orders' }, cpuTime: 1, wallTime: 2 },
    { scriptName: null, outcome: 'ok', event: null },
    null,
  ]
  await run('tail', events)
  expect(tail.mock.calls[0]?.[0]).toBe(events)
  expect(
    (await points('hono.tail.invocations')).map(({ attributes, value }) => [attributes, value]),
  ).toEqual([
    [
      {
        'cloudflare.script_name': 'shop',
        'faas.cron': '*',
        'hono.tail.event': 'scheduled',
        'hono.tail.outcome': 'exceededCpu',
      },
      1,
    ],
    [
      {
        'cloudflare.script_name': 'shop',
        'hono.tail.event': 'queue',
        'hono.tail.outcome': 'ok',
      },
      1,
    ],
    [
      {
        'cloudflare.script_name': 'unknown',
        'hono.tail.event': 'other',
        'hono.tail.outcome': 'ok',
      },
      1,
    ],
  ])
  expect((await points('hono.tail.cpu_time'))[0]).toMatchObject({ sum: 0.03, count: 1 })
})

it('leaves messages that carry nothing as they are', async () => {
  const bodies: unknown[] = []
  const { run } = runWorker((options) =>
    instrument(
      {
        queue: (batch: Batch): void => void bodies.push(...batch.messages.map(({ body }) => body)),
      },
      options,
    ),
  )
  const batch = batchOf('a')
  const body = { value: 1 }
  await run('queue', { ...batch, messages: [{ ...message('a'), body }] })
  expect(bodies[0]).toBe(body)
})

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`

const forged = (value: object) => [
  { 'hono-observability:context': { traceparent: TRACEPARENT }, value },
  { ...value, 'hono-observability:context': { carrier: { traceparent: TRACEPARENT }, mac: '' } },
  { ...sealedWith(SECRET, 'queue', TRACEPARENT, value), qty: 2 },
  sealedWith(SECRET, 'workflow', TRACEPARENT, value),
  sealedWith('the secret of somebody else', 'queue', TRACEPARENT, value),
  { value: sealedWith(SECRET, 'queue', TRACEPARENT, value) },
  [sealedWith(SECRET, 'queue', TRACEPARENT, value)],
]

it.each([
  ['nothing', undefined],
  ['another queue', ['others']],
  ['this queue', ['orders']],
  ['all queues', true],
])(
  'a consumer that asked for %s gets messages that look like ours untouched',
  async (_name, propagate) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const bodies: unknown[] = []
    const { run } = runWorker((options) =>
      instrument(
        { queue: (batch: Batch) => void bodies.push(...batch.messages.map(({ body }) => body)) },
        options,
        propagate === undefined ? {} : { propagate },
      ),
    )
    const sent = forged({ qty: 1 })
    const messages = sent.map((body) => ({ ...message('a'), body }))
    await run('queue', { ...batchOf(), messages })
    expect(bodies).toHaveLength(sent.length)
    expect(bodies.every((body, index) => body === sent[index])).toBe(true)
  },
)

it('a consumer that asked for another queue gets ours sealed, and says so once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const bodies: unknown[] = []
  const { run } = runWorker((options) =>
    instrument(
      { queue: (batch: Batch) => void bodies.push(...batch.messages.map(({ body }) => body)) },
      options,
      { propagate: ['others'] },
    ),
  )
  const body = sealedWith(SECRET, 'queue', TRACEPARENT, { qty: 1 })
  const batch = { ...batchOf(), queue: 'unasked', messages: [{ ...message('a'), body }] }
  await run('queue', batch)
  await run('queue', batch)
  expect(bodies).toEqual([body, body])
  expect(warn.mock.calls.flat().filter((line) => String(line).includes('unasked'))).toHaveLength(1)
})

it.each([[7], [['a', 7]], ['orders']])('`instrument` refuses a `propagate` of %j', (propagate) => {
  expect(() => instrument({ queue() {} }, undefined, { propagate: propagate as never })).toThrow(
    '`propagate` must be true, false or an array of strings',
  )
})

it('links a batch to each span that sent some of it, and continues the trace of one that sent all', async () => {
  const links: unknown[] = []
  const parents: unknown[] = []
  let dropped: number | undefined
  const { run } = runWorker((options) =>
    instrument(
      { queue: (): void => {} },
      {
        ...options,
        traces: {
          limits: { linkCount: 2 },
          processors: [
            {
              onStart: () => {},
              onEnd(span): void {
                links.push(...span.links.map(({ context: { spanId } }) => spanId))
                dropped = span.droppedLinksCount
                parents.push(span.parentSpanContext?.spanId)
              },
              forceFlush: async () => {},
              shutdown: async () => {},
            },
          ],
        },
      },
      { propagate: ['orders'] },
    ),
  )
  const sentBy = (digit: string) => ({
    ...message(digit),
    body: sealedWith(SECRET, 'queue', `00-${digit.repeat(32)}-${digit.repeat(16)}-01`, { digit }),
  })
  const messages = ['1', '1', '2', '3', '2'].map(sentBy)
  await run('queue', { ...batchOf(), messages })
  expect(links).toEqual(['1'.repeat(16), '2'.repeat(16)])
  expect(dropped).toBe(1)
  await run('queue', { ...batchOf(), messages: [sentBy('4'), sentBy('4')] })
  await run('queue', { ...batchOf(), messages: [sentBy('4'), message('unknown')] })
  expect(parents).toEqual([undefined, '4'.repeat(16), undefined])
})

it('lets the invocation end when ending a request fails on our side', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { run } = runWorker((options) =>
    instrument(
      {
        fetch: () =>
          Object.defineProperty(new Response('fine'), 'headers', {
            get() {
              throw new Error('broken')
            },
          }),
      },
      options,
    ),
  )
  // It waits for what the invocation is kept alive for.
  const response = (await run('fetch', new Request('http://shop.test/'))) as Response
  expect(await response.text()).toBe('fine')
})

it('knows what becomes of mail that is answered and forwarded, and gives back what the platform does', async () => {
  const message = {
    rawSize: 7,
    forward: vi.fn(async () => ({ messageId: 'forwarded' })),
    reply: vi.fn(async () => ({ messageId: 'replied' })),
    setReject: vi.fn(),
  }
  const results: unknown[] = []
  let attributes: unknown
  const { run } = runWorker((options) =>
    instrument(
      {
        async email(mail: typeof message): Promise<void> {
          results.push(await mail.reply(), await mail.forward(), mail.rawSize)
          attributes = trace.getActiveSpan()
        },
      },
      options,
    ),
  )
  await run('email', message)
  expect(results).toEqual([{ messageId: 'replied' }, { messageId: 'forwarded' }, 7])
  expect(message.reply.mock.contexts[0]).toBe(message)
  expect(attributes).toMatchObject({ attributes: { 'hono.email.outcome': 'forward,reply' } })
})
