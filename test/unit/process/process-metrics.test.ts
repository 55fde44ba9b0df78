import { once } from 'node:events'
import { createServer } from 'node:net'
import performanceHooks from 'node:perf_hooks'
import v8 from 'node:v8'
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

  it('tells how long the event loop worked, and how long it waited', async () => {
    await app.request('/')
    const told = async (): Promise<Record<string, number>> => {
      const points = (await collect()).get('nodejs.eventloop.time')?.points ?? []
      return Object.fromEntries(
        points.map((point) => [
          point.attributes['nodejs.eventloop.state'],
          'value' in point ? Number(point.value) : Number.NaN,
        ]),
      )
    }
    const before = await told()
    block(150)
    await turn()
    const after = await told()
    expect((after.active ?? 0) - (before.active ?? 0)).toBeGreaterThan(0.1)
    expect(after.idle).toBeGreaterThanOrEqual(before.idle ?? Number.NaN)
  })

  it('tells the heap by its spaces, and where it ends', async () => {
    await app.request('/')
    const collected = await collect()
    const sum = (name: string): number =>
      (valuesOf(collected.get(name)) as number[]).reduce((a, b) => a + b, 0)
    const { used_heap_size: used, heap_size_limit: limit } = v8.getHeapStatistics()
    expect(sum('v8js.memory.heap.used') / used).toBeGreaterThan(0.5)
    expect(sum('v8js.memory.heap.used') / used).toBeLessThan(2)
    expect(sum('v8js.memory.heap.limit')).toBeGreaterThan(sum('v8js.memory.heap.used'))
    expect(valuesOf(collected.get('hono.process.heap.limit'))).toEqual([limit])
    const spaces = collected
      .get('v8js.memory.heap.used')
      ?.points.map(({ attributes }) => attributes['v8js.heap.space.name'])
    expect(spaces).toContain('old_space')
  })

  it('tells that a space of the heap has become empty', async () => {
    await app.request('/')
    const sized = (bytes: number) => [
      { space_name: 'new_space', space_used_size: bytes, space_size: bytes },
    ]
    const statistics = vi.spyOn(v8, 'getHeapSpaceStatistics')
    try {
      for (const bytes of [4096, 0]) {
        statistics.mockReturnValue(sized(bytes) as ReturnType<typeof v8.getHeapSpaceStatistics>)
        const used = (await collect()).get('v8js.memory.heap.used')
        expect(valuesOf(used)).toEqual([bytes])
      }
    } finally {
      statistics.mockRestore()
    }
  })

  it('tells what keeps the event loop alive, and that it is gone', async () => {
    await app.request('/')
    const servers = async (): Promise<unknown> => {
      const points = (await collect()).get('hono.process.active_resources')?.points ?? []
      const of = points.filter(
        ({ attributes }) => attributes['hono.process.resource.type'] === 'TCPServerWrap',
      )
      return of.map((point) => 'value' in point && point.value)
    }
    const [before = 0] = (await servers()) as number[]
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await servers()).toEqual([before + 1])
    server.close()
    await once(server, 'close')
    // A handle ends a turn after it is closed, or two.
    await expect.poll(servers, { timeout: 10_000 }).toEqual([before])
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
