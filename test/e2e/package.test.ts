import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { manifest, packPackage, stagePackage } from '../../scripts/package/stage.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { startWorker } from '../support/worker.ts'

const SERVER = 2
const binaries = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'hono-observability-fresh-'))
const project = join(scratch, 'project')

/** Throws with what the command wrote when it fails. */
const runIn = (cwd: string, command: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) {
    throw new Error(`${command} ended with ${status}: ${stdout}${stderr}`)
  }
  return stdout
}

const run = (command: string, ...args: string[]): string => runIn(project, command, ...args)

/** How its users start it, on what they have. */
const RUNTIMES = {
  'node 20': [join(project, 'node_modules/.bin/node'), 'server.js'],
  'node 24': [join(binaries, 'node'), 'server.js'],
  bun: [join(binaries, 'bun'), 'run', 'server.js'],
  deno: [join(binaries, 'deno'), 'run', '--no-lock', '--allow-net', '--allow-env', 'server.js'],
} as const

const VERSIONS = { 'node 20': /^20\./, 'node 24': /^24\./, bun: /^1\./, deno: /^2\./ }

let sink: Sink
let archive = ''
let child: ChildProcess | undefined

beforeAll(async () => {
  sink = await startSink()
  const folder = join(scratch, 'package')
  stagePackage(folder)
  archive = packPackage(folder)
  cpSync(fileURLToPath(new URL('package', import.meta.url)), project, { recursive: true })
  const { '@microlabs/otel-cf-workers': _optional, ...peers } = manifest().peerDependencies
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({
      private: true,
      type: 'module',
      dependencies: {
        ...peers,
        'hono-observability': `file:${archive}`,
        '@hono/node-server': '^2.0.0',
      },
      devDependencies: { node: '^20.0.0' },
      allowScripts: { node: true },
    }),
  )
  run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund')
}, 120_000)

afterEach(async () => {
  child?.kill('SIGKILL')
  await (child?.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined)
  child = undefined
  sink.clear()
})
afterAll(async () => {
  await sink?.close()
  rmSync(scratch, { recursive: true, force: true })
})

const start = async ([command, ...args]: readonly [string, ...string[]]): Promise<string> => {
  const started = spawn(command, args, {
    cwd: project,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  let said = ''
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  await expect
    .poll(() => said, { timeout: 10_000, message: `${command} listens` })
    .toMatch(/port \d+/)
  return `http://127.0.0.1:${/port (\d+)/.exec(said)?.[1]}`
}

const expectWorks = async (url: string): Promise<void> => {
  const response = await fetch(`${url}/orders/7`)
  expect(await response.json()).toEqual({ id: '7', price: 7 })
  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'pass' })
  const metricNames = () => sink.metrics().map(({ name }) => name)
  await sink.waitFor(
    () => sink.spans().length === 2 && metricNames().includes('http.server.request.duration'),
    8000,
  )
  const server = sink.spans().find(({ kind }) => kind === SERVER)
  expect(server).toMatchObject({
    name: 'GET /orders/:id',
    resource: { 'service.name': 'fresh', 'telemetry.sdk.version': manifest().version },
  })
  expect(sink.spans().find(({ name }) => name === 'price')?.parentSpanId).toBe(server?.spanId)
  expect(metricNames()).toContain('shop.orders')
}

describe('installed from its archive into a fresh project', () => {
  it('brings no more than `zod` along', () => {
    const { dependencies } = JSON.parse(run('npm', 'ls', '--all', '--json')) as {
      dependencies: Record<string, { dependencies?: Record<string, { version?: string }> }>
    }
    const brought = Object.entries(dependencies['hono-observability']?.dependencies ?? {})
      // Optional peers are listed too, without a version: they are not there.
      .filter(([, { version }]) => version !== undefined)
      .map(([name]) => name)
    expect(brought.toSorted()).toEqual(['@opentelemetry/api', 'hono', 'zod'])
  })

  it.each(['nodenext', 'bundler'])('has types that hold with `%s` resolution', (resolution) => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext'
    run(
      join(binaries, 'tsc'),
      ...['--noEmit', '--strict', '--target', 'es2024', '--lib', 'es2024,dom,dom.iterable'],
      ...['--types', '', '--module', module, '--moduleResolution', resolution, 'types.ts'],
    )
  })

  it.each(['node 20', 'node 24', 'deno', 'bun'] as const)('works on %s', async (runtime) => {
    const url = await start(RUNTIMES[runtime])
    await expectWorks(url)
    expect(sink.spans()[0]?.resource['process.runtime.version']).toMatch(VERSIONS[runtime])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toMatch(/^shop_orders_total\S* 1$/m)
    expect(metrics).toMatch(/^process_uptime_seconds\S* [\d.]+$/m)
  })

  it('works on workerd, bundled by wrangler', async () => {
    writeFileSync(
      join(project, 'wrangler.json'),
      JSON.stringify({
        name: 'fresh',
        main: 'worker.js',
        compatibility_date: '2026-08-04',
      }),
    )
    run(join(binaries, 'wrangler'), 'deploy', '--dry-run', '--outdir', 'bundled')
    const entry = join(project, 'bundled/worker.js')
    // What only a process needs stays out of it.
    expect(readFileSync(entry, 'utf8')).not.toMatch(/beforeunload|SIGTERM|AWS_LAMBDA/)
    const worker = await startWorker({
      entry,
      vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    })
    try {
      await expectWorks(worker.url)
      expect(sink.spans()[0]?.resource['cloud.platform']).toBe('cloudflare.workers')
    } finally {
      await worker.stop()
    }
  })
})

describe('installed beside otel-cf-workers', () => {
  // What is its `latest`, and two of its release candidates: whoever has one must not be refused by npm.
  it.each(['0.9.1', '1.0.0-rc.49', '1.0.0-rc.52'])('%s is a peer like any other', (version) => {
    const folder = join(scratch, `peer-${version}`)
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({
        private: true,
        dependencies: {
          '@microlabs/otel-cf-workers': version,
          '@opentelemetry/api': '^1.9.0',
          hono: '^4.8.0',
          'hono-observability': `file:${archive}`,
        },
      }),
    )
    const options = ['--package-lock-only', '--ignore-scripts', '--prefer-offline', '--no-audit']
    runIn(folder, 'npm', 'install', ...options)
    const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
    const { packages } = JSON.parse(lock) as { packages: Record<string, { version: string }> }
    expect(packages['node_modules/@microlabs/otel-cf-workers']?.version).toBe(version)
  })
})

describe('installed from its archive into an empty folder', () => {
  it('shows with `npx hono-observability` what any sender sends', async () => {
    const folder = join(scratch, 'empty')
    mkdirSync(folder)
    runIn(folder, 'npm', 'install', archive, '--prefer-offline', '--no-audit', '--no-fund')
    const npx = spawn('npx', ['hono-observability', '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
      // A process group, to be ended as by Ctrl+C.
      detached: true,
    })
    onTestFinished(async () => {
      process.kill(-Number(npx.pid), 'SIGINT')
      await once(npx, 'close')
    })
    let said = ''
    npx.stdout.on('data', (chunk) => {
      said += chunk
    })
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Ctrl+C ends it.')
    const [url = ''] = /http:\S+/.exec(said) ?? []

    const sender = fileURLToPath(new URL('viewer/sdk-sender.js', import.meta.url))
    const traceId = runIn(folder, process.execPath, sender, 'proto', url).trim()
    const get = async (path: string) => (await fetch(url + path)).json()
    const { spans, logs } = await get(`/api/traces/${traceId}`)
    expect(spans).toEqual([expect.objectContaining({ name: 'send' })])
    expect(logs).toEqual([expect.objectContaining({ body: 'sent by the SDK' })])
    expect((await get('/api/metrics')).metrics).toHaveLength(3)

    const html = await (await fetch(url)).text()
    expect(html).toContain('<title>hono-observability</title>')
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
    expect(files.map((path) => path?.split('.').at(-1)).toSorted()).toEqual(['css', 'js', 'svg'])
    for (const path of files) {
      const file = await fetch(url + path)
      expect([path, file.status]).toEqual([path, 200])
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(100)
    }
  })
})
