import { DurableObject, RpcTarget } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { Hono } from 'hono'
import { observability, withSpan } from 'hono-observability'
import type { Env } from './env.ts'
import { options } from './options.ts'

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))
app.get('/rooms/:name', (c) => c.text(c.req.param('name')))
app.get('/out', async (c) =>
  c.text(await (await c.env.SERVICE.fetch('http://service/from-room')).text()),
)

const guests = sqliteTable('guests', { name: text('name'), age: integer('age') })

class BaseObject extends DurableObject<Env> {
  /** Reached through two prototypes. */
  async inherited(): Promise<string> {
    return this.constructor.name
  }
}

export class RoomObject extends BaseObject {
  static readonly kind = 'room'
  readonly #givenCtx: DurableObjectState
  readonly #givenStorage: DurableObjectStorage
  #visits = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#givenCtx = ctx
    this.#givenStorage = ctx.storage
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS guests (name TEXT, age INTEGER)')
    ctx.blockConcurrencyWhile(async () => {
      await this.prepare()
    })
  }

  async prepare(): Promise<void> {
    await this.ctx.storage.get('prepared')
  }

  async hello(name: string): Promise<string> {
    this.#visits++
    return this.greeting(name)
  }

  greeting(name: string): string {
    return `hello ${name}`
  }

  /** Calls its own method out of callbacks that the platform calls. */
  async roundabout(name: string): Promise<string[]> {
    return [
      await this.ctx.blockConcurrencyWhile(async () => this.greeting(name)),
      await this.ctx.storage.transaction(async () => this.greeting(name)),
      await new Promise((resolve) => setTimeout(() => resolve(this.greeting(name)), 1)),
    ]
  }

  get visits(): number {
    return this.#visits
  }

  async argumentsOf(...args: unknown[]): Promise<unknown[]> {
    return args
  }

  async fail(): Promise<void> {
    throw new RangeError('no room')
  }

  async identity(): Promise<boolean[]> {
    return [
      this.ctx === this.#givenCtx,
      this.ctx.storage === this.#givenStorage,
      this.ctx.storage.sql === this.#givenStorage.sql,
      this instanceof RoomObject,
      this instanceof DurableObject,
      (this.constructor as typeof RoomObject).kind === 'room',
    ]
  }

  async stored(): Promise<unknown> {
    const { storage } = this.ctx
    await storage.put('secret key', 'secret value')
    await storage.put({ a: 1, b: 2 })
    const value = await storage.get('secret key')
    await storage.get(['a', 'b'])
    const list = [...(await storage.list({ limit: 1 })).keys()]
    const inner = await storage.transaction(async (txn) => {
      await txn.put('c', 3)
      return txn.get('c')
    })
    return [value, list, inner, await storage.delete('a')]
  }

  async queried(): Promise<unknown> {
    const { sql } = this.ctx.storage
    this.ctx.storage.transactionSync(() => {
      sql.exec('INSERT INTO guests VALUES (?, ?)', 'Ada', 36)
    })
    // A string to SQLite, which has no such column.
    sql.exec('UPDATE guests SET name = "Grace"')
    const rows = sql.exec<{ name: string }>('SELECT name FROM guests').toArray()
    try {
      sql.exec('SELECT * FROM nowhere')
    } catch {}
    return [rows, typeof sql.databaseSize]
  }

  /** By a query builder's driver for this very storage. */
  async built(): Promise<unknown> {
    const db = drizzle(this.ctx.storage)
    db.transaction((tx) => {
      tx.insert(guests).values({ name: 'Hedy', age: 40 }).run()
    })
    return db.select().from(guests).all()
  }

  async late(): Promise<string> {
    this.ctx.waitUntil(
      withSpan('late work', () => new Promise((resolve) => setTimeout(resolve, 50))),
    )
    return 'early'
  }

  async stream(): Promise<ReadableStream> {
    return new Response('streamed').body as ReadableStream
  }

  async counter(): Promise<Counter> {
    return new Counter()
  }

  async add(a: number, b: number): Promise<number> {
    return this.env.SERVICE.add(a, b)
  }

  async wake(delayMs: number): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + delayMs)
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    if (!info?.isRetry) {
      throw new RangeError('woken too early')
    }
    await this.ctx.storage.get('woken')
  }

  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === '/socket') {
      const { 0: client, 1: server } = new WebSocketPair()
      this.ctx.acceptWebSocket(server)
      return new Response(null, { status: 101, webSocket: client })
    }
    return app.fetch(request, this.env, this.ctx as unknown as ExecutionContext)
  }

  override async webSocketMessage(ws: WebSocket, message: string | ArrayBuffer): Promise<void> {
    await this.ctx.storage.put('last message', message)
    ws.send('seen')
  }

  override async webSocketClose(ws: WebSocket, code: number): Promise<void> {
    ws.close(code)
  }
}

class Counter extends RpcTarget {
  #value = 0

  add(amount: number): number {
    this.#value += amount
    return this.#value
  }
}
