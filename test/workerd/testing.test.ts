import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { counter, instrument, log, observability, withSpan } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { captured } from 'hono-observability/testing'
import { expect, it } from 'vitest'

const orders = counter('shop.orders', { unit: '{order}', description: 'Orders placed.' })

const options = { service: { name: 'shop' }, bindings: bindings() }
const app = new Hono<{ Bindings: { CACHE: KVNamespace } }>()
app.use(observability(options))
app.get('/orders/:id', async (c) => {
  orders.add(1)
  await c.env.CACHE.get('price')
  log.info('order read', { 'order.id': c.req.param('id') })
  c.executionCtx.waitUntil(
    withSpan('mail', async () => {
      await scheduler.wait(20)
      log.info('mailed')
    }),
  )
  return c.json(await withSpan('price', () => 42))
})
const worker = instrument(
  {
    fetch: app.fetch,
    async queue(batch: MessageBatch, _env: unknown, _executionCtx: ExecutionContext) {
      log.info('consumed', { size: batch.messages.length })
    },
  },
  options,
)

it('a Worker’s request is captured with its binding spans and what waitUntil goes on with', async () => {
  for (let i = 0; i < 3; i++) {
    const { response, spans, metrics, logs, unfinished } = await captured(worker, '/orders/7', {
      env,
    })
    expect(await response.json()).toBe(42)
    expect(spans.map(({ name, parent }) => [name, parent])).toEqual([
      ['GET /orders/:id', undefined],
      ['get CACHE', 'GET /orders/:id'],
      ['mail', 'GET /orders/:id'],
      ['price', 'GET /orders/:id'],
    ])
    expect(spans[0]?.attributes).not.toHaveProperty('faas.coldstart')
    expect(metrics.find(({ name }) => name === 'shop.orders')?.value).toBe(1)
    expect(metrics.find(({ name }) => name === 'http.server.request.duration')?.count).toBe(1)
    expect(logs.map(({ message }) => message)).toEqual([
      'order read',
      'GET /orders/:id 200',
      'mailed',
    ])
    expect(new Set(logs.map(({ trace_id }) => trace_id))).toEqual(new Set([spans[0]?.traceId]))
    expect(unfinished).toEqual([])
  }
})

it('the execution context of the test plugin works as well', async () => {
  const executionCtx = createExecutionContext()
  const { spans } = await captured(app, '/orders/7', { env, executionCtx })
  expect(spans).toHaveLength(4)
  await waitOnExecutionContext(executionCtx)
})

it('a queue’s consumer is captured', async () => {
  const batch = {
    queue: 'orders',
    messages: [{ id: '1', timestamp: new Date(), body: 7, attempts: 1 }],
    metadata: undefined,
  } as unknown as MessageBatch
  const { spans, logs } = await captured(async () => {
    const executionCtx = createExecutionContext()
    await worker.queue(batch, env as never, executionCtx)
    await waitOnExecutionContext(executionCtx)
  })
  expect(spans).toMatchObject([{ kind: 'consumer' }])
  expect(logs).toMatchObject([{ message: 'consumed', trace_id: spans[0]?.traceId }])
})
