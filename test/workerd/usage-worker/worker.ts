import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'
import {
  instrument,
  instrumentDurableObject,
  type ObservabilityOptions,
  observability,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { costs } from 'hono-observability/costs'
import { usage } from 'hono-observability/usage'

interface Env {
  CACHE: KVNamespace
  DB: D1Database
  ROOM: DurableObjectNamespace<RoomObject>
}

const options: ObservabilityOptions = {
  service: { name: 'counted' },
  logs: false,
  metrics: { temporality: 'delta' },
  otlp: { batch: { maxLingerMs: 0 } },
  bindings: bindings({
    usage: usage({ costs: costs(), limits: { request: { d1Queries: 20 } }, enforce: true }),
  }),
}

class RoomObject extends DurableObject<Env> {
  /** Writes so many rows, and reads them all twice: at once, and later. */
  async fill(count: number): Promise<number> {
    const { sql } = this.ctx.storage
    sql.exec('CREATE TABLE IF NOT EXISTS guests (name TEXT)')
    for (let i = 0; i < count; i++) {
      sql.exec('INSERT INTO guests (name) VALUES (?)', `n${i}`)
    }
    const [first] = sql.exec('SELECT * FROM guests').toArray()
    const later = sql.exec('SELECT * FROM guests')
    await this.ctx.storage.put({ a: 1, b: 2 })
    return later.toArray().length + (first ? 0 : 1)
  }
}

export const Room = instrumentDurableObject(RoomObject, options)

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))
app.get('/keys/:count', async (c) => {
  for (let i = 0; i < Number(c.req.param('count')); i++) {
    await c.env.CACHE.get(`k${i}`)
  }
  return c.text(c.req.param('count'))
})
app.get('/loop', async (c) => {
  for (let i = 0; i < 100; i++) {
    await c.env.DB.prepare('SELECT 1').all()
  }
  return c.text('done')
})
app.get('/room/:count', async (c) => {
  const room = c.env.ROOM.getByName('a')
  return c.json(await room.fill(Number(c.req.param('count'))))
})

export default instrument(app, options)
