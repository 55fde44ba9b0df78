import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_RUNTIMES } from '../../scripts/start/runtimes.ts'
import { familyOf, survivors } from './start/processes.ts'
import { freePorts, READY, type Start, start } from './start/start.ts'

const slow = { timeout: 30_000, interval: 50 }

let stateDir: string
let ports: string[]
let running: Start | undefined

const startOn = (runtime: string, ...more: string[]): Start => {
  const [port = '', otlpPort = ''] = ports
  const places = ['--port', port, '--otlp-port', otlpPort, '--state', stateDir]
  running = start('--runtime', runtime, ...places, ...more)
  return running
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'shop-state-'))
  ports = await freePorts(2)
})
afterEach(async () => {
  if (running?.child.exitCode === null && running.child.signalCode === null) {
    running.child.kill('SIGTERM')
  }
  await running?.exit
})
afterAll(() => rm(stateDir, { recursive: true, force: true }))

// All on the same database, one after the other.
describe.each(PROCESS_RUNTIMES)('npm start -- --runtime %s', (runtime) => {
  it('prints the traces of all requests and ends with 0', async () => {
    const shop = startOn(runtime, '--once')
    expect(await shop.exit, shop.errors()).toBe(0)
    const output = shop.output()
    expect(output).toMatch(/22 requests and triggers sent, 22 traces received/)
    expect(output).toContain('Health: pass (db pass, carts pass, telemetry pass)')
    const order = output.split('\n\n').find((trace) => /✓ POST \/orders .*status=201/.test(trace))
    expect(order?.split('\n').map((line) => line.slice(0, 31).trimEnd())).toEqual([
      expect.stringMatching(/^trace [\da-f]{25}$/),
      '  ✓ POST /orders',
      '  ✓ ├─ price',
      '  ✓ ├─ POST',
      '  ✓ ├─ send order.placed',
      '  ✓ │  └─ process order.placed',
      '  ✓ └─ send fulfilment',
      '  ✓    └─ process fulfilment',
      '  ✓       ├─ do pick',
      '  ✓       ├─ do pack',
      '  ✓       └─ do ship',
    ])
    expect(output).toMatch(/✓ scheduled 50 23 \* \* \* /)
    expect(output).toMatch(/✗ GET \/boom .*status=500.*\n.*! the coffee machine is on fire/)
    expect(shop.errors()).toBe('')
  })
})

describe('npm start -- --runtime deno', () => {
  it('prints a trace of every further request, and SIGINT leaves no process behind', async () => {
    const shop = startOn('deno')
    await expect.poll(shop.output, slow).toContain(READY)
    const family = familyOf(shop.pid)
    expect(family.length).toBeGreaterThan(2)
    await fetch(`http://localhost:${ports[0]}/carts/someone-new`, { method: 'DELETE' })
    await expect.poll(shop.output, slow).toMatch(/✓ DELETE \/carts\/:id .*status=204/)
    shop.child.kill('SIGINT')
    expect(await shop.exit).toBe(0)
    expect(survivors(family)).toEqual([])
    expect(shop.errors()).toBe('')
  })

  it('leaves no process behind when it is killed itself', async () => {
    const shop = startOn('deno')
    await expect.poll(shop.output, slow).toContain(READY)
    const family = familyOf(shop.pid)
    shop.child.kill('SIGKILL')
    await expect.poll(() => survivors(family), slow).toEqual([])
  })

  it('says so and ends with 1 when the shop dies', async () => {
    const shop = startOn('deno')
    await expect.poll(shop.output, slow).toContain(READY)
    const [, , deno = 0] = familyOf(shop.pid)
    process.kill(deno, 'SIGKILL')
    expect(await shop.exit).toBe(1)
    expect(shop.errors()).toBe("The shop's process has ended by itself (exit code 1).\n")
  })
})
