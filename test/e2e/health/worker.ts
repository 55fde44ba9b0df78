import { Hono } from 'hono'
import {
  type CheckOptions,
  custom,
  d1,
  durableObject,
  type HealthCheck,
  healthRoutes,
  hyperdrive,
  kv,
  queue,
  r2,
  service,
} from 'hono-observability/health'

export { Room } from './room.js'

interface Bindings {
  COUNTING: { takeReads(): Promise<number> }
  DB: { exec(sql: string): Promise<unknown> }
  SLOW_URL: string
  TOKEN: string
}

const app = new Hono<{ Bindings: Bindings }>()

function mount(path: string, checks: Record<string, HealthCheck>): void {
  app.route(path, healthRoutes({ checks, token: (env: Bindings) => env.TOKEN }))
}

const short: CheckOptions = { timeoutMs: 300, cacheMs: 0 }

mount('/all', {
  cache: kv('CACHE', { write: true }),
  db: d1('DB'),
  files: r2('FILES'),
  room: durableObject('ROOM'),
  roomRpc: durableObject('ROOM', { rpc: 'ping' }),
  jobs: queue('JOBS'),
  api: service('COUNTING'),
  postgres: hyperdrive('POSTGRES'),
})
mount('/broken', {
  statement: d1('DB', { statement: 'SELEC secret' }),
  table: d1('DB', { statement: 'SELECT * FROM secret' }),
  room: durableObject('ROOM', { path: '/secret' }),
  roomRpc: durableObject('ROOM', { rpc: 'broken' }),
  roomMethod: durableObject('ROOM', { rpc: 'missing' }),
})
mount('/hanging-kv', { cache: kv('HANGING', short) })
mount('/hanging-service', { api: service('HANGING', short) })
// Outlives the probe, so that only an abort ends what the check has asked for.
app.use('/hanging-url/*', async (c, next) => {
  c.executionCtx.waitUntil(new Promise((resolve) => setTimeout(resolve, 2000)))
  await next()
})
mount('/hanging-url', {
  api: custom<Bindings>(
    async ({ env, signal }) => (await fetch(env.SLOW_URL, { signal })).ok,
    short,
  ),
})
mount('/optional', { db: d1('DB'), api: service('HANGING', { ...short, critical: false }) })
mount('/recovering', {
  db: d1('DB', {
    statement: 'SELECT 1 FROM recovering',
    cacheMs: 0,
    failureThreshold: 2,
    successThreshold: 2,
  }),
})
mount('/counted', { cache: kv('COUNTING') })
mount('/left-alone', { cache: kv('COUNTING', { cacheMs: 5000 }) })
mount('/misspelt', { cache: kv('CASHE') })

app.post('/sql', async (c) => c.json(await c.env.DB.exec(await c.req.text())))
app.post('/take-reads', async (c) => c.json(await c.env.COUNTING.takeReads()))

export default app
