import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { familyOf, survivors } from './start/processes.ts'
import { freePorts, READY, run, type Start, start } from './start/start.ts'

const slow = { timeout: 30_000, interval: 50 }

let stateDir: string
let ports: string[]
const running: Start[] = []

const keep = (started: Start): Start => {
  running.push(started)
  return started
}
const args = (...more: string[]): string[] => {
  const [port = '', otlpPort = ''] = ports
  return ['--port', port, '--otlp-port', otlpPort, '--state', stateDir, ...more]
}

/** The page, and what the scripted traffic left in its API. */
async function expectViewer(url: string): Promise<void> {
  const startedMs = performance.now()
  const page = await fetch(url)
  const html = await page.text()
  expect(performance.now() - startedMs).toBeLessThan(2000)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html).toContain('<title>hono-observability</title>')
  const [, script = ''] = /<script [^>]*src="([^"]+)"/.exec(html) ?? []
  expect((await fetch(url + script)).headers.get('content-type')).toMatch('text/javascript')

  const get = async (path: string) => (await fetch(url + path)).json()
  const orders = await get('/api/traces?route=/orders&httpStatus=201')
  expect(orders.items).toEqual([
    expect.objectContaining({ name: 'POST /orders', spans: 28, errors: 0, rootMissing: false }),
  ])
  const order = await get(`/api/traces/${orders.items[0].traceId}`)
  expect(order.logs).toEqual([expect.objectContaining({ body: 'POST /orders 201' })])

  const lines = await get('/api/logs?attribute=http.request.method=POST')
  expect(lines.items.map(({ body }: { body: string }) => body)).toEqual([
    'POST /orders 400',
    'POST /receipts/:id/link 201',
    'POST /account/login 200',
    'POST /account/login 401',
    'POST /account/sign-up 201',
    'POST /orders 201',
  ])
  const metricNames = async () =>
    (await get('/api/metrics')).metrics.map(({ name }: { name: string }) => name)
  await expect
    .poll(metricNames, slow)
    .toEqual(expect.arrayContaining(['http.server.request.duration', 'shop.orders']))
  expect(await get('/api/health')).toMatchObject({ status: 200, body: { status: 'pass' } })
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'shop-state-'))
  ports = await freePorts(2)
})
afterEach(async () => {
  for (const { child, exit } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await exit
  }
})
afterAll(() => rm(stateDir, { recursive: true, force: true }))

describe('npm start -- --once', () => {
  it.each(['an empty directory', 'the state of the last time'])(
    'prints the traces of all requests and ends with 0, starting with %s',
    async () => {
      const shop = keep(start(...args('--once')))
      expect(await shop.exit, shop.errors()).toBe(0)
      const output = shop.output()
      expect(output).toMatch(/22 requests and triggers sent, 22 traces received/)
      expect(output).toContain('Health: pass (db pass, carts pass, telemetry pass)')
      const order = output.split('\n\n').find((trace) => /✓ POST \/orders .*status=201/.test(trace))
      expect(order?.split('\n').map((line) => line.slice(0, 35).trimEnd())).toEqual([
        expect.stringMatching(/^trace [\da-f]{29}$/),
        '  ✓ POST /orders',
        '  ✓ ├─ get CARTS',
        '  ✓ ├─ price',
        '  ✓ │  └─ SELECT products',
        '  ✓ ├─ STOCK/reserve',
        '  ✓ │  └─ StockRoom/reserve',
        '  ✓ │     ├─ SELECT StockRoom',
        '  ✓ │     └─ transaction StockRoom',
        '  ✓ │        ├─ INSERT StockRoom',
        '  ✓ │        └─ INSERT StockRoom',
        '  ✓ ├─ POST',
        '  ✓ ├─ BATCH INSERT DB',
        '  ✓ ├─ put DOCUMENTS',
        '  ✓ ├─ delete CARTS',
        '  ✓ ├─ send ORDER_EVENTS',
        '  ✓ │  └─ process shop-order-events',
        '  ✓ │     └─ INSERT sales',
        '  ✓ └─ create FULFILMENT',
        '  ✓    └─ run shop-fulfilment',
        '  ✓       ├─ do pick',
        '  ✓       │  ├─ STOCK/pick',
        '  ✓       │  │  └─ StockRoom/pick',
        '  ✓       │  │     └─ DELETE holds',
        '  ✓       │  └─ UPDATE orders',
        '  ✓       ├─ do pack',
        '  ✓       │  └─ UPDATE orders',
        '  ✓       └─ do ship',
        '  ✓          └─ UPDATE orders',
      ])
      expect(output).toMatch(/✓ scheduled 50 23 \* \* \* .*\n.*SELECT sales.*\n.*STOCK\/restock/)
      expect(output).toMatch(/✗ GET \/boom .*status=500.*\n.*! the coffee machine is on fire/)
      expect(output).toMatch(/✓ GET \/admin\/users\/:id .*status=401/)
      expect(output).toMatch(/✓ GET +\S.*status=404/)
      expect(output).not.toContain('secret')
      expect(shop.errors()).toBe('')
    },
  )

  it.each([
    [0, 'the shop', '--port'],
    [1, 'the OTLP receiver', '--otlp-port'],
  ])('names a taken port and how to choose another (%#)', async (index, who, option) => {
    const port = Number(ports[index])
    const other = createServer()
    await new Promise<void>((listening) => other.listen(port, '127.0.0.1', listening))
    try {
      const shop = keep(start(...args('--once')))
      expect(await shop.exit).toBe(1)
      expect(shop.errors()).toBe(
        `Cannot start: port ${port} (${who}) is taken. Choose another: npm start -- ${option} ${port + 1}\n`,
      )
      expect(shop.output()).toBe('')
    } finally {
      await new Promise((closed) => other.close(closed))
    }
  })
})

describe('npm start', () => {
  it('shows all of it on a page, prints a trace of every further request, and SIGINT leaves no process behind', async () => {
    const shop = keep(start(...args()))
    await expect
      .poll(shop.output, slow)
      .toMatch(`Traces, metrics and logs: http://localhost:${ports[1]}\n`)
    await expect.poll(shop.output, slow).toContain(READY)
    const family = familyOf(shop.pid)
    expect(family.length).toBeGreaterThan(2)
    await expectViewer(`http://127.0.0.1:${ports[1]}`)

    await fetch(`http://localhost:${ports[0]}/carts/someone-new`, { method: 'DELETE' })
    await expect.poll(shop.output, slow).toMatch(/✓ DELETE \/carts\/:id .*status=204/)

    shop.child.kill('SIGINT')
    expect(await shop.exit).toBe(0)
    expect(survivors(family)).toEqual([])
    expect(shop.errors()).toBe('')
  })

  it('ends as cleanly on SIGTERM while it is still starting', async () => {
    const shop = keep(start(...args()))
    await expect.poll(shop.output, slow).toContain('Starting the Worker')
    const family = familyOf(shop.pid)
    expect(family.length).toBeGreaterThan(1)
    shop.child.kill('SIGTERM')
    expect(await shop.exit).toBe(0)
    expect(survivors(family)).toEqual([])
  })

  it('leaves no process behind when npm alone is ended', async () => {
    const npm = keep(run('npm', ['start', '--', ...args()]))
    await expect.poll(npm.output, slow).toContain(READY)
    const family = familyOf(npm.pid)
    npm.child.kill('SIGTERM')
    await expect.poll(() => survivors(family), slow).toEqual([])
  })

  it('leaves no process behind when it is killed itself', async () => {
    const shop = keep(start(...args()))
    await expect.poll(shop.output, slow).toContain(READY)
    const family = familyOf(shop.pid)
    shop.child.kill('SIGKILL')
    await expect.poll(() => survivors(family), slow).toEqual([])
  })

  it('says so and ends with 1 when the Worker dies', async () => {
    const shop = keep(start(...args()))
    await expect.poll(shop.output, slow).toContain(READY)
    const [, worker = 0, ...others] = familyOf(shop.pid)
    process.kill(worker, 'SIGKILL')
    expect(await shop.exit).toBe(1)
    expect(shop.errors()).toBe("The shop's process has ended by itself (SIGKILL).\n")
    await expect.poll(() => survivors(others), slow).toEqual([])
  })
})
