import { hostname } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { startWorker } from '../support/worker.ts'
import { type RunningApp, type Runtime, startRuntime } from './runtimes/start-runtime.ts'

let sink: Sink
let app: RunningApp | undefined

beforeEach(async () => {
  sink = await startSink()
})
afterEach(async () => {
  await app?.kill()
  await sink.close()
})

const start = async (runtime: Runtime, env: Record<string, string> = {}): Promise<void> => {
  app = await startRuntime(runtime, {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    ...env,
  })
}

const get = async (path: string): Promise<number> => {
  const response = await fetch(`${app?.url}${path}`)
  await response.text()
  return response.status
}

/** Every value of this metric that has arrived. */
const values = (wanted: string): number[] =>
  sink
    .metrics()
    .filter(({ name }) => name === wanted)
    .flatMap(({ points }) => points.map(({ value, count }) => value ?? count ?? Number.NaN))

const isOurs = (name: string): boolean => /^(process|nodejs|v8js|hono\.process)\./.test(name)

const DELAYS = ['max', 'mean', 'min', 'p50', 'p90', 'p99', 'stddev'].map(
  (key) => `nodejs.eventloop.delay.${key}`,
)
const COMMON = [...DELAYS, 'process.cpu.time', 'process.memory.usage', 'process.uptime']
const OF_V8 = ['hono.process.heap.limit', 'v8js.memory.heap.limit', 'v8js.memory.heap.used']
const TOLD = {
  bun: COMMON,
  deno: [...COMMON, ...OF_V8],
  node: [
    ...COMMON,
    ...OF_V8,
    'nodejs.eventloop.time',
    'v8js.gc.duration',
    'hono.process.active_resources',
  ],
}

describe.each(['deno', 'bun', 'node'] as const)('on %s', (runtime) => {
  it('process metrics are true', async () => {
    await start(runtime)
    expect(await get('/orders/1')).toBe(200)
    await sink.waitFor(() => values('process.uptime').length > 0)
    expect(await get('/busy/400')).toBe(200)
    await sink.waitFor(() => Math.max(...values('nodejs.eventloop.delay.max')) > 0.3)
    expect(Math.max(...values('nodejs.eventloop.delay.max'))).toBeLessThan(5)
    for (const bytes of values('process.memory.usage')) {
      expect(bytes).toBeGreaterThan(10e6)
      expect(bytes).toBeLessThan(1e9)
    }
    // On a busy machine, 400 ms of work are less of the processor's time.
    const used = async (): Promise<number> => {
      await get('/busy/400')
      const cpu = values('process.cpu.time')
      return Math.max(...cpu) - Math.min(...cpu)
    }
    await expect.poll(used, { timeout: 30_000 }).toBeGreaterThan(0.2)
    const uptimes = values('process.uptime')
    expect(uptimes).toEqual(uptimes.toSorted((a, b) => a - b))
    expect(uptimes[0]).toBeGreaterThan(0)
    const names = new Set(
      sink
        .metrics()
        .map(({ name }) => name)
        .filter(isOurs),
    )
    expect([...names].toSorted()).toEqual(TOLD[runtime].toSorted())
    if (runtime === 'bun') return
    expect(Math.max(...values('v8js.memory.heap.used'))).toBeGreaterThan(1e6)
    expect(Math.min(...values('hono.process.heap.limit'))).toBeGreaterThan(50e6)
    if (runtime === 'deno') return
    expect(Math.max(...values('hono.process.active_resources'))).toBeGreaterThan(0)
    // At work in 400 ms of it, at the least.
    expect(Math.max(...values('nodejs.eventloop.time'))).toBeGreaterThan(0.3)
  })

  it('the resource names the host when the app asks for it', async () => {
    await start(runtime)
    await get('/orders/1')
    await sink.waitFor(() => sink.spans().length > 0)
    const { resource } = sink.spans()[0] ?? {}
    expect(resource).toMatchObject({
      'os.type': process.platform,
      'host.arch': process.arch === 'x64' ? 'amd64' : process.arch,
      'process.runtime.description': { deno: 'Deno', bun: 'Bun', node: 'Node.js' }[runtime],
    })
    // Deno runs without `--allow-sys` here, and must not ask for it.
    expect(resource?.['host.name']).toBe(runtime === 'deno' ? undefined : hostname())
    expect(resource?.['process.pid']).toBeGreaterThan(0)
  })

  it('on a platform that stops processes at will, telemetry leaves behind each response', async () => {
    await start(runtime, {
      DENO_DEPLOYMENT_ID: 'h7k2',
      DENO_TIMELINE: 'production',
      OTEL_BSP_SCHEDULE_DELAY: '60000',
      OTEL_METRIC_EXPORT_INTERVAL: '',
    })
    expect(await get('/orders/1')).toBe(200)
    const counted = () => sink.metrics().find(({ name }) => name === 'http.server.request.duration')
    await sink.waitFor(() => sink.spans().length === 2 && counted() !== undefined, 3000)
    expect(counted()?.temporality).toBe('delta')
    expect(sink.spans()[0]?.resource).toMatchObject({
      'cloud.provider': 'deno',
      'cloud.platform': 'deno.deploy',
      'service.version': 'h7k2',
      'deployment.environment.name': 'production',
    })
  })
})

it('on workerd, which has no process, none of that is told', async () => {
  await start('workerd')
  await get('/orders/1')
  await sink.waitFor(() => sink.spans().length > 0 && sink.metrics().length > 0)
  expect(sink.metrics().filter(({ name }) => isOurs(name))).toEqual([])
  expect(Object.keys(sink.spans()[0]?.resource ?? {}).join()).not.toMatch(/process|host|os\./)
})

it('on workerd, the version is that of the metadata binding, whatever its name', async () => {
  const worker = await startWorker({
    entry: new URL('runtimes/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: { RELEASE: { type: 'version-metadata' } },
  })
  try {
    await (await fetch(`${worker.url}/orders/1`)).text()
    await sink.waitFor(() => sink.spans().length > 0)
    const { resource = {} } = sink.spans()[0] ?? {}
    const id = resource['cloudflare.script_version.id']
    expect(id).toMatch(/^[\da-f-]{36}$/)
    // Without a tag, it is the id.
    expect(resource).toMatchObject({
      'service.version': id,
      'faas.version': id,
      'cloud.platform': 'cloudflare.workers',
    })
  } finally {
    await worker.stop()
  }
})
