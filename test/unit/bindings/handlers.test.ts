import { context, metrics, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { instrument } from 'hono-observability'
import { beforeEach, expect, it, vi } from 'vitest'
import { registerContextManager } from '../../../src/context/async-context.ts'
import { runWorker } from './run-worker.ts'

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
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const handled = vi.fn()
  const { run } = runWorker((options) =>
    instrument({ queue: handled, scheduled: handled }, options),
  )
  await run('queue', { strange: true })
  await run('scheduled', { scheduledTime: Number.NaN })
  expect(handled).toHaveBeenCalledTimes(2)
})

it('refuses a handler with nothing to instrument', () => {
  expect(() => instrument({ email: () => {} })).toThrow(TypeError)
})
