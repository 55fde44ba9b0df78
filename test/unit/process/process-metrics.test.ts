import performanceHooks from 'node:perf_hooks'
import { Hono } from 'hono'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { hostResource, processMetrics } from '../../../src/entries/process.ts'
import { collectMetrics, type MetricData, observability, shutdown } from '../../../src/index.ts'
import { summarize } from '../../../src/process/event-loop-delay.ts'

const app = new Hono()
app.use(observability({ otlp: false, logs: false }))
app.use(processMetrics())
app.use(processMetrics())
app.get('/', (c) => c.text('hello'))

afterAll(async () => {
  vi.restoreAllMocks()
  await shutdown()
})

const collect = async (): Promise<Map<string, MetricData>> => {
  const [collected] = await collectMetrics()
  return new Map(collected?.metrics.map((metric) => [metric.name, metric]))
}

const valuesOf = (metric: MetricData | undefined): unknown[] =>
  metric?.points.map((point) => ('value' in point ? point.value : point)) ?? []

const block = (ms: number): void => {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60))

describe('processMetrics', () => {
  it('measures nothing before a request', async () => {
    expect(await collectMetrics()).toEqual([])
  })

  it('watches nothing when there are no metrics to tell it by', async () => {
    const watch = vi.spyOn(performanceHooks, 'monitorEventLoopDelay')
    const off = new Hono()
    off.use(observability({ otlp: false, logs: false, metrics: false }), processMetrics())
    await off.request('/')
    expect(watch).not.toHaveBeenCalled()
    await app.request('/')
    expect(watch).toHaveBeenCalled()
  })

  it('tells memory, CPU time and uptime', async () => {
    await app.request('/')
    const before = await collect()
    // By its own clock: others use the processor too.
    const used = process.cpuUsage()
    while (process.cpuUsage(used).user < 50_000) block(5)
    const after = await collect()
    const rss = process.memoryUsage().rss
    expect(valuesOf(after.get('process.memory.usage'))).toHaveLength(1)
    const [memory] = valuesOf(after.get('process.memory.usage')) as number[]
    expect(memory).toBeGreaterThan(rss / 2)
    expect(memory).toBeLessThan(rss * 2)
    expect(after.get('process.memory.usage')).toMatchObject({ unit: 'By' })
    const [userBefore = 0] = valuesOf(before.get('process.cpu.time')) as number[]
    const [userAfter = 0] = valuesOf(after.get('process.cpu.time')) as number[]
    expect(userAfter - userBefore).toBeGreaterThan(0.02)
    expect(userAfter - userBefore).toBeLessThan(5)
    expect(after.get('process.cpu.time')?.points.map(({ attributes }) => attributes)).toEqual([
      { 'cpu.mode': 'user' },
      { 'cpu.mode': 'system' },
    ])
    const [uptime = 0] = valuesOf(after.get('process.uptime')) as number[]
    expect(Math.abs(uptime - process.uptime())).toBeLessThan(1)
  })

  it('measures once, however often it is used', async () => {
    await app.request('/')
    await app.request('/')
    const memoryUsage = vi.spyOn(process, 'memoryUsage')
    await collect()
    expect(memoryUsage).toHaveBeenCalledTimes(1)
  })

  it('tells how long the event loop was blocked', async () => {
    await app.request('/')
    await turn()
    block(150)
    await turn()
    const collected = await collect()
    const [blocked] = valuesOf(collected.get('nodejs.eventloop.delay.max')) as number[]
    expect(blocked).toBeGreaterThan(0.1)
    for (const key of ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99']) {
      const metric = collected.get(`nodejs.eventloop.delay.${key}`)
      expect(metric).toMatchObject({ unit: 's', points: [{}] })
      expect(valuesOf(metric)[0]).toBeLessThanOrEqual(blocked ?? 0)
    }
  })

  it('tells garbage collections', async () => {
    await app.request('/')
    const kept: unknown[] = []
    for (let i = 0; i < 300_000; i++) kept[i % 1000] = { i: [i, String(i)] }
    const types = async (): Promise<unknown[]> =>
      (await collect()).get('v8js.gc.duration')?.points.map(({ attributes }) => attributes) ?? []
    await expect.poll(types, { timeout: 3000 }).toContainEqual({ 'v8js.gc.type': 'minor' })
  })
})

describe('summarize', () => {
  it('has nothing to say of nothing', () => {
    expect(summarize([])).toBeUndefined()
  })

  it('is right about a hundred values, in whatever order they came', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) + 1)
    const { stddev, ...others } = summarize(samples) ?? {}
    expect(others).toEqual({ min: 1, max: 100, mean: 50.5, p50: 50, p90: 90, p99: 99 })
    expect(stddev).toBeCloseTo(28.866, 3)
  })
})

describe('hostResource', () => {
  it('names machine and process as the conventions do', async () => {
    const { hostname } = await import('node:os')
    expect(hostResource()).toEqual({
      'host.name': hostname(),
      'host.arch': process.arch === 'x64' ? 'amd64' : process.arch,
      'os.type': process.platform === 'win32' ? 'windows' : process.platform,
      'process.pid': process.pid,
    })
  })
})
