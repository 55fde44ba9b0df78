import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { applyMigrations, type D1Like } from '../../support/d1-migrations.ts'
import { load } from '../../support/load.ts'
import { type RunningWorker, startWorker, type WorkerOptions } from '../../support/worker.ts'

const entry = new URL('worker.ts', import.meta.url)
const running: RunningWorker[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()))
})

async function start(options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
  const worker = await startWorker({ entry, ...options } as WorkerOptions)
  running.push(worker)
  return worker
}

async function text(worker: RunningWorker, path: string, init?: RequestInit): Promise<string> {
  return (await fetch(`${worker.url}${path}`, init)).text()
}

function childProcesses(): number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(process.pid)], { encoding: 'utf8' })
  return stdout.trim().split('\n').map(Number)
}

// Asked of the address, because a killed process keeps its id until its parent's parent looks.
async function isReachable(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

describe('startWorker', () => {
  it('starts in less than three seconds', async () => {
    const before = performance.now()
    const worker = await start()
    expect(await text(worker, '/')).toBe('support 1')
    expect(performance.now() - before).toBeLessThan(3000)
  })

  it('starts several at once, each with its own process and isolate', async () => {
    const workers = await Promise.all([start(), start(), start()])
    expect(new Set(workers.map((worker) => worker.pid)).size).toBe(3)
    expect(await Promise.all(workers.map((worker) => text(worker, '/')))).toEqual(
      Array(3).fill('support 1'),
    )
  })

  it('passes variables', async () => {
    const worker = await start({ vars: { GREETING: 'hello', SETTINGS: { depth: 3 } } })
    expect(await text(worker, '/vars')).toBe('["hello",3]')
  })

  it('gives real KV and D1, which can be filled from outside', async () => {
    const worker = await start({
      bindings: { CACHE: { type: 'kv', id: 'cache' }, DB: { type: 'd1', id: 'db' } },
    })
    const env = await worker.env<{
      CACHE: { put(key: string, value: string): Promise<void> }
      DB: D1Like
    }>()
    await env.CACHE.put('a', 'outside')
    await applyMigrations(env.DB, fileURLToPath(new URL('migrations', import.meta.url)))
    expect(await text(worker, '/kv/a')).toBe('outside')
    expect(await text(worker, '/products')).toBe('[{"name":"tea; green"},{"name":"cup"}]')
  })

  it('takes Durable Objects and other Workers', async () => {
    const worker = await start({
      bindings: {
        OTHER: { type: 'worker', worker: 'other' },
        COUNTER: { type: 'durable-object', worker: 'worker', exportName: 'Counter' },
      },
      settings: { exports: { Counter: { type: 'durable-object', storage: 'sqlite' } } },
      others: [{ name: 'other', entry: new URL('other-worker.ts', import.meta.url) }],
    })
    expect(await text(worker, '/other')).toBe('from the other')
    expect([await text(worker, '/count'), await text(worker, '/count')]).toEqual(['1', '2'])
  })

  it('takes a wrangler configuration, and adds to it', async () => {
    const config = new URL('wrangler.toml', import.meta.url)
    const worker = await startWorker({ config, vars: { SETTINGS: { depth: 2 } } })
    running.push(worker)
    expect(await text(worker, '/vars')).toBe('["hello from the file",2]')
    expect(await text(worker, '/kv/a')).toBe('none')
  })

  it('runs another module with the bindings of a configuration', async () => {
    const config = new URL('wrangler.toml', import.meta.url)
    const main = new URL('other-worker.ts', import.meta.url)
    const worker = await startWorker({ config, main })
    running.push(worker)
    expect(await text(worker, '/')).toBe('from the other')
    expect(Object.keys(await worker.env<object>())).toContain('CACHE')
  })

  it('runs the scheduled handler and tells its outcome', async () => {
    const worker = await start({ entry: new URL('other-worker.ts', import.meta.url) })
    const scheduledTime = new Date('2026-11-21T23:50:00Z')
    expect(await worker.scheduled({ cron: '50 23 * * *', scheduledTime })).toMatchObject({
      outcome: 'ok',
    })
    await worker.stop()
    expect(worker.logs()).toBe('50 23 * * * 2026-11-21T23:50:00.000Z')
    await expect(worker.scheduled({})).rejects.toThrow('the Worker must be running')
  })

  it('leaves request.cf undefined unless it is given', async () => {
    expect(await text(await start(), '/cf')).toBe('null')
    const worker = await start({ cf: { colo: 'LHR' } })
    expect(JSON.parse(await text(worker, '/cf'))).toMatchObject({ colo: 'LHR' })
    const { url } = worker
    await worker.restart()
    expect(worker.url).toBe(url)
    expect(await text(worker, '/')).toBe('support 1')
  })

  it('keeps what the Worker writes to its console', async () => {
    const worker = await start()
    await text(worker, '/log')
    await worker.restart()
    await text(worker, '/log')
    await worker.stop()
    expect(worker.logs()).toBe(Array(2).fill('plain { a: 1 }\ntrouble').join('\n'))
    expect(worker.logLines()[1]).toMatchObject({ level: 'error', message: 'trouble' })
  })

  it('loses no line that was written before the stop', async () => {
    const worker = await start()
    await text(worker, '/log-later')
    // Blocks, so that the line waits in the pipe.
    for (const end = performance.now() + 200; performance.now() < end; );
    await worker.stop()
    expect(worker.logs()).toBe('later')
  })

  it('restarts with a new isolate, the same address and the same data', async () => {
    const worker = await start({ bindings: { CACHE: { type: 'kv', id: 'cache' } } })
    const { url, pid } = worker
    await text(worker, '/kv/a', { method: 'PUT', body: 'kept' })
    expect([await text(worker, '/'), await text(worker, '/')]).toEqual(['support 1', 'support 2'])
    await worker.restart()
    expect(worker.url).toBe(url)
    expect(worker.pid).not.toBe(pid)
    expect(await text(worker, '/')).toBe('support 1')
    expect(await text(worker, '/kv/a')).toBe('kept')
  })

  it('keeps data in a directory of the caller beyond its stop', async () => {
    const storage = await mkdtemp(join(tmpdir(), 'support-'))
    const options = { storage, bindings: { CACHE: { type: 'kv', id: 'cache' } } } as const
    const first = await start(options)
    await text(first, '/kv/a', { method: 'PUT', body: 'kept' })
    await first.stop()
    const second = await start(options)
    expect(await text(second, '/kv/a')).toBe('kept')
    await second.stop()
    expect(existsSync(storage)).toBe(true)
    await rm(storage, { recursive: true })
  })

  it('leaves no process behind, stopped once or twice', async () => {
    await (await start()).stop()
    const before = childProcesses()
    const worker = await start()
    const pid = worker.pid as number
    expect(childProcesses()).toContain(pid)
    await worker.stop()
    await worker.stop()
    await expect.poll(childProcesses).toEqual(before)
    expect(worker.pid).toBeUndefined()
    await expect(worker.env()).rejects.toThrow('the Worker must be running')
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)('leaves no process behind on %s', async (signal) => {
    const script = fileURLToPath(new URL('start-and-wait.ts', import.meta.url))
    const storage = await mkdtemp(join(tmpdir(), 'support-'))
    const parent = spawn(process.execPath, [script, storage], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await once(parent.stdout, 'data')
    const url = String(output).trim()
    expect(await isReachable(url)).toBe(true)
    parent.kill(signal)
    const deadline = Date.now() + 2000
    while ((await isReachable(url)) && Date.now() < deadline) await sleep(20)
    expect(await isReachable(url)).toBe(false)
    await rm(storage, { recursive: true })
  })

  it('rejects when the Worker cannot be built or started', async () => {
    await expect(startWorker({ entry: '/no/such/file.ts' })).rejects.toThrow('/no/such/file.ts')
    await expect(start({ compatibilityFlags: ['no_such_flag'] })).rejects.toThrow('no_such_flag')
  })

  it('answers the load generator more than a thousand times a second', async () => {
    const worker = await start()
    await load({ url: worker.url, requests: 500, clients: 16 })
    const { statuses, errors, seconds } = await load({
      url: worker.url,
      requests: 3000,
      clients: 16,
    })
    expect([statuses.get(200), errors]).toEqual([3000, 0])
    expect(3000 / seconds).toBeGreaterThan(1000)
  })
})
