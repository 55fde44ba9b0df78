import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HealthReport } from '../../src/entries/health.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const entry = fileURLToPath(new URL('health/server.ts', import.meta.url))
const COMMANDS = {
  node: [entry],
  bun: ['run', entry],
  deno: [
    'run',
    '--no-lock',
    '--node-modules-dir=manual',
    '--allow-net',
    '--allow-env',
    '--allow-read',
    '--allow-write=test',
    '--allow-sys',
    entry,
  ],
}

let targetStatus = 200
let targetDelayMs = 0
let targetRequests = 0
let targetHangUps = 0
const target = createServer((_request, response) => {
  targetRequests++
  response.once('close', () => {
    if (!response.writableFinished) targetHangUps++
  })
  setTimeout(() => response.writeHead(targetStatus).end(), targetDelayMs)
})
const running: ChildProcess[] = []

beforeAll(async () => {
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
})
afterAll(() => {
  target.closeAllConnections()
  target.close()
})
beforeEach(() => {
  targetStatus = 200
  targetDelayMs = targetRequests = targetHangUps = 0
})
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

interface Server {
  child: ChildProcess
  url: string
}

async function start(runtime: keyof typeof COMMANDS, onSigterm = ''): Promise<Server> {
  const { port } = target.address() as AddressInfo
  const child = spawn(runtime, COMMANDS[runtime], {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${root}node_modules/.bin:${process.env.PATH}`,
      TARGET_URL: `http://127.0.0.1:${port}/`,
      ON_SIGTERM: onSigterm,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  return new Promise((resolve, reject) => {
    let output = ''
    child.once('error', () => {
      reject(new Error(`Cannot test on ${runtime}: it must be installed, run \`npm install\``))
    })
    child.once('exit', (code) => reject(new Error(`${runtime} ended with ${code}: ${output}`)))
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const listening = /port (\d+)/.exec(output)?.[1]
      if (listening) resolve({ child, url: `http://127.0.0.1:${listening}` })
    })
  })
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url)
  await response.body?.cancel()
  return response.status
}

describe.each(['node', 'bun', 'deno'] as const)('on %s', (runtime) => {
  it('passes with an http and a custom check', async () => {
    const { url } = await start(runtime)
    const response = await fetch(`${url}/health`)
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('application/health+json')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(await response.json()).toEqual({
      status: 'pass',
      checks: { target: [{ status: 'pass' }], memory: [{ status: 'pass' }] },
    })
  })

  it('tells of its memory, file system, event loop and age', async () => {
    const { url } = await start(runtime)
    const asked = async () => {
      const response = await fetch(`${url}/process/health/detailed`)
      const { checks } = (await response.json()) as HealthReport
      return Object.fromEntries(
        Object.entries(checks ?? {}).map(([name, [check]]) => [name, check]),
      )
    }
    await asked()
    // A minute's window has begun.
    await new Promise((resolve) => setTimeout(resolve, 100))
    const checks = await asked()
    const percent = (value: unknown): boolean =>
      typeof value === 'number' && value > 0 && value < 100
    expect(checks).toMatchObject({
      memory: { status: 'pass', observedUnit: '%', critical: false },
      full: { status: 'fail', observedUnit: '%', output: expect.stringMatching(/of 1 MB/) },
      disk: { status: 'pass', observedUnit: '%', critical: true },
      nowhere: { status: 'fail', output: expect.stringMatching(/ENOENT|No such file/i) },
      crowded: { status: 'fail', output: expect.stringMatching(/^\d+ MB of \d+ MB used$/) },
      loop: { observedUnit: 'ms', critical: false },
      uptime: { status: 'pass', observedUnit: 's', critical: false },
    })
    expect(checks.memory?.observedValue).toSatisfy(percent)
    expect(checks.disk?.observedValue).toSatisfy(percent)
    expect(checks.uptime?.observedValue).toBeLessThan(60)
    expect(checks.memory).not.toHaveProperty('output')
    expect(readdirSync(`${root}/test`).filter((name) => name.startsWith('.health-'))).toEqual([])
  })

  it('answers 503 when the target does, with the reason in the details only', async () => {
    const { url } = await start(runtime)
    targetStatus = 500
    const response = await fetch(`${url}/readyz`)
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain('500')
    const headers = { Authorization: 'Bearer s3cret' }
    const details = await fetch(`${url}/health/detailed`, { headers })
    expect(await details.text()).toContain('"output":"answered 500"')
  })

  it('answers within the time-out and 50 ms more, and hangs up, when the target hangs', async () => {
    const { url } = await start(runtime)
    await statusOf(`${url}/readyz`)
    targetDelayMs = 5000
    const tookMs: number[] = []
    for (let i = 0; i < 2; i++) {
      const startMs = performance.now()
      expect(await statusOf(`${url}/readyz`)).toBe(503)
      tookMs.push(performance.now() - startMs)
    }
    // The better of two, because the machine has other things to do.
    expect(Math.min(...tookMs)).toBeLessThan(350)
    await expect.poll(() => targetHangUps).toBe(2)
  })

  it('asks the target a handful of times for 200 parallel probes', async () => {
    const { url } = await start(runtime)
    targetDelayMs = 100
    const probes = Array.from({ length: 200 }, () => statusOf(`${url}/readyz`))
    expect(new Set(await Promise.all(probes))).toEqual(new Set([200]))
    expect(targetRequests).toBeLessThanOrEqual(5)
  })

  it('turns readiness to 503 on SIGTERM, lives on for the delay, then ends', async () => {
    const { child, url } = await start(runtime)
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    await expect.poll(() => statusOf(`${url}/readyz`), { interval: 10 }).toBe(503)
    expect(await statusOf(`${url}/livez`)).toBe(200)
    expect(await exit).toEqual([143, null])
  })

  it('ends by itself when onDrained stops the server', async () => {
    const { child } = await start(runtime, 'stop')
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  it('leaves the end to a SIGTERM listener of the app', async () => {
    const { child } = await start(runtime, 'own')
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([7, null])
  })
})
