import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HealthReport } from '../../src/entries/health.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

let worker: RunningWorker
/** Accepts connections, like a database that has not been asked anything yet. */
const database = createTcpServer((socket) => socket.on('error', () => {}))
/** Never answers; notes when its callers give up. */
const slowSite = createHttpServer((request) => {
  const startMs = performance.now()
  request.socket.once('close', () => givenUpAfterMs.push(performance.now() - startMs))
})
const givenUpAfterMs: number[] = []

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  const slowUrl = `http://127.0.0.1:${await portOf(slowSite)}/`
  const databaseUrl = `postgres://user:password@127.0.0.1:${await portOf(database)}/db`
  worker = await startWorker({
    config: new URL('health/wrangler.jsonc', import.meta.url),
    others: [{ name: 'backends', entry: new URL('health/backends.js', import.meta.url) }],
    vars: { SLOW_URL: slowUrl },
    bindings: {
      COUNTING: { type: 'worker', worker: 'backends', exportName: 'Counting' },
      HANGING: { type: 'worker', worker: 'backends', exportName: 'Hanging' },
      POSTGRES: { type: 'hyperdrive', id: 'pg', dev: { connectionString: databaseUrl } },
    },
  })
})

afterAll(async () => {
  await worker?.stop()
  slowSite.closeAllConnections()
  slowSite.close()
  database.close()
})

interface Answer {
  status: number
  text: string
  report: HealthReport
  tookMs: number
}

const AUTHORIZED = { headers: { Authorization: 'Bearer s3cret' } }

async function probe(path: string, init: RequestInit = {}): Promise<Answer> {
  const startMs = performance.now()
  const response = await fetch(`${worker.url}${path}`, init)
  const text = await response.text()
  const tookMs = performance.now() - startMs
  const isReport = response.headers.get('Content-Type') === 'application/health+json'
  return {
    status: response.status,
    text,
    report: isReport ? JSON.parse(text) : { status: 'fail' },
    tookMs,
  }
}

async function sql(statement: string): Promise<void> {
  const { status } = await probe('/sql', { method: 'POST', body: statement })
  expect(status).toBe(200)
}

const takeReads = async (): Promise<number> =>
  Number((await probe('/take-reads', { method: 'POST' })).text)

it('passes with real KV, D1, R2, a Durable Object, a queue, a service and Hyperdrive', async () => {
  const { status, report, text } = await probe('/all/health/detailed', AUTHORIZED)
  expect(text).not.toContain('output')
  expect([status, report.status]).toEqual([200, 'pass'])
  expect(Object.keys(report.checks ?? {})).toHaveLength(8)
})

it('answers 503 when backends fail, and tells the public their names only', async () => {
  const { status, text, report } = await probe('/broken/health')
  expect(status).toBe(503)
  const failed = [{ status: 'fail' }]
  expect(report).toEqual({
    status: 'fail',
    checks: { statement: failed, table: failed, room: failed, roomRpc: failed, roomMethod: failed },
  })
  expect(text).not.toMatch(/secret|SELEC|D1|error/i)
  const detailed = await probe('/broken/health/detailed', AUTHORIZED)
  for (const reason of ['no such table: secret', 'answered 404', 'secret of the room']) {
    expect(detailed.text).toContain(reason)
  }
})

it.each(['/hanging-kv', '/hanging-service', '/hanging-url'])(
  '%s is answered within the time-out of 300 ms and 50 ms more',
  async (path) => {
    await probe(`${path}/livez`)
    const answers = [await probe(`${path}/readyz`), await probe(`${path}/readyz`)]
    expect(answers.map(({ status }) => status)).toEqual([503, 503])
    // The better of two, because the machine has other things to do.
    const tookMs = Math.min(...answers.map((answer) => answer.tookMs))
    expect(tookMs).toBeGreaterThanOrEqual(295)
    expect(tookMs).toBeLessThan(350)
  },
)

it('aborts what it asked for when the time is up', async () => {
  givenUpAfterMs.length = 0
  await probe('/hanging-url/readyz')
  await expect.poll(() => givenUpAfterMs.length).toBe(1)
  expect(givenUpAfterMs[0]).toBeLessThan(400)
})

it('answers 200 and warn when a check that is not critical hangs', async () => {
  const { status, report } = await probe('/optional/health')
  expect([status, report.status]).toEqual([200, 'warn'])
  expect(report.checks?.api).toEqual([{ status: 'fail' }])
})

it('fails and recovers only after as many runs as the thresholds say', async () => {
  await sql('CREATE TABLE recovering (id INTEGER)')
  const statuses: number[] = []
  async function note(): Promise<void> {
    statuses.push((await probe('/recovering/readyz')).status)
  }
  await note()
  await sql('DROP TABLE recovering')
  await note()
  await note()
  await sql('CREATE TABLE recovering (id INTEGER)')
  await note()
  await note()
  expect(statuses).toEqual([200, 200, 503, 503, 200])
})

it('reads the backend a handful of times for 1,000 parallel probes', async () => {
  await takeReads()
  const answers = await Promise.all(Array.from({ length: 1000 }, () => probe('/counted/readyz')))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1000)
  const reads = await takeReads()
  expect(reads).toBeGreaterThanOrEqual(1)
  expect(reads).toBeLessThanOrEqual(5)
  expect(worker.logs()).not.toMatch(/different request|context of the request/i)
})

it('answers every one of many parallel probes of a backend that hangs', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => probe('/hanging-kv/readyz')))
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(100)
})

it('finishes and keeps the run of a prober that has hung up', async () => {
  await takeReads()
  const impatient = probe('/left-alone/readyz', { signal: AbortSignal.timeout(150) })
  await expect(impatient).rejects.toThrow()
  expect(await takeReads()).toBe(1)
  await sleep(400)
  expect((await probe('/left-alone/readyz')).status).toBe(200)
  expect(await takeReads()).toBe(0)
})

it('throws a misspelt binding to the console with those that exist, and keeps it from the public', async () => {
  const { status, text } = await probe('/misspelt/readyz')
  expect([status, text]).toEqual([500, 'Internal Server Error'])
  await expect
    .poll(() => worker.logs())
    .toMatch(
      /`checks.cache` must be on a binding with get\(\) \(there is .*CACHE.*\), received CASHE/,
    )
  expect(worker.logs()).not.toContain('s3cret')
})

it('logs a change of status once, not each failing probe', async () => {
  await probe('/broken/readyz')
  await sleep(1100)
  await probe('/broken/readyz')
  const changes = worker.logs().match(/"message":"health check changed"[^\n]*"check":"statement"/g)
  expect(changes).toHaveLength(1)
})
