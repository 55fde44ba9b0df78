import { Hono } from 'hono'
import {
  instrument,
  instrumentDurableObject,
  instrumentEntrypoint,
  instrumentWorkflow,
  observability,
} from 'hono-observability'
import type { Env } from './env.ts'
import { options } from './options.ts'
import { RoomObject } from './room.ts'
import { ServiceEntrypoint } from './service.ts'
import { type ShippingParams, ShippingWorkflow } from './shipping.ts'

export const Room = instrumentDurableObject(RoomObject, options, { propagate: true })
export const QuietRoom = instrumentDurableObject(RoomObject, options, { storage: false })
export const Service = instrumentEntrypoint(ServiceEntrypoint, options, { propagate: true })
export const Shipping = instrumentWorkflow(ShippingWorkflow, options, { propagate: true })

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))

type Stub = Record<string, (...args: unknown[]) => Promise<unknown>>

app.post('/rooms/:name/:method', async (c) => {
  const stub = c.env.ROOM.getByName(c.req.param('name')) as unknown as Stub
  return c.json({ value: await stub[c.req.param('method')]?.(...(await c.req.json())) })
})
app.post('/quiet/:method', async (c) => {
  const stub = c.env.QUIET.getByName('quiet') as unknown as Stub
  return c.json({ value: await stub[c.req.param('method')]?.() })
})
app.get('/visits', async (c) => c.json({ value: await c.env.ROOM.getByName('visits').visits }))
app.get('/stream', async (c) => new Response(await c.env.ROOM.getByName('a').stream()))
app.get('/counter', async (c) => {
  using counter = await c.env.ROOM.getByName('a').counter()
  return c.json({ value: await counter.add(2) })
})
app.get('/room/*', (c) => {
  const { pathname } = new URL(c.req.url)
  const url = `http://room${pathname.slice('/room'.length)}`
  return c.env.ROOM.getByName('a').fetch(new Request(url, c.req.raw))
})
app.post('/service/:method', async (c) => {
  const service = c.env.SERVICE as unknown as Stub
  return c.json({ value: await service[c.req.param('method')]?.(...(await c.req.json())) })
})
app.get('/service/fetch/:path', async (c) => {
  const { status } = await c.env.SERVICE.fetch(`http://service/${c.req.param('path')}`)
  return c.json({ value: status })
})
app.get('/other', async (c) =>
  c.json({
    value: [await c.env.OTHER.double(21), await (await c.env.OTHER.fetch('http://other/')).text()],
  }),
)
app.post('/cron/:cron', async (c) =>
  c.json({
    value: await c.env.CRON.scheduled({ cron: c.req.param('cron'), scheduledTime: new Date() }),
  }),
)
app.post('/orders', async (c) => {
  await c.env.ORDERS.sendBatch((await c.req.json<unknown[]>()).map((body) => ({ body })))
  return c.json({})
})
app.post('/shipping/:id', async (c) => {
  const [params] = await c.req.json<[ShippingParams]>()
  await c.env.SHIPPING.create({ id: c.req.param('id'), params })
  return c.json({})
})
app.get('/shipping/:id', async (c) => {
  const instance = await c.env.SHIPPING.get(c.req.param('id'))
  const { status, output, error } = await instance.status()
  return c.json({ value: { status, output, error } })
})
app.post('/shipping/:id/:action', async (c) => {
  const instance = await c.env.SHIPPING.get(c.req.param('id'))
  const action = c.req.param('action')
  if (action === 'signed') {
    await instance.sendEvent({ type: 'signed', payload: {} })
  } else {
    await instance[action as 'pause' | 'resume']()
  }
  return c.json({})
})

app.post('/mail/:to', async (c) => {
  const done: string[] = []
  const message = {
    from: 'ada@example.com',
    to: `${c.req.param('to')}@example.com`,
    rawSize: 321,
    headers: new Headers({ subject: 'confidential' }),
    raw: new Response('confidential').body,
    setReject: (reason: string) => void done.push(reason),
    forward: async (to: string) => void done.push(to),
    reply: async () => {},
  }
  await c.env.SELF.email(message)
  return c.json({ value: done })
})

const consumed: unknown[] = []
app.get('/consumed', (c) => c.json({ value: consumed.splice(0) }))

export default instrument(
  {
    fetch: app.fetch,
    async queue(batch: MessageBatch<{ fail?: number }>) {
      for (const message of batch.messages) {
        consumed.push(message.body)
        if (message.attempts <= (message.body?.fail ?? 0)) {
          message.retry()
        }
      }
    },
    async email(message: ForwardableEmailMessage) {
      if (message.to.startsWith('refuse')) {
        // Over RPC, as it comes here, it takes its time.
        await message.setReject('not here')
      } else if (message.to.startsWith('fail')) {
        throw new RangeError('mail failed')
      } else {
        await message.forward('archive@example.com')
      }
    },
  },
  options,
  { propagate: ['class-orders'] },
)
