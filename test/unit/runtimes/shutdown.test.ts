import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  exporterState,
  forceFlush,
  type ObservabilityOptions,
  observability,
  shutdown,
} from '../../../src/index.ts'
import { livePipelines } from '../../../src/telemetry/registry.ts'

type Respond = () => Response | Promise<Response>

/** An app, and the paths that its telemetry was posted to. */
const setUp = (respond: Respond = () => new Response('{}'), options: ObservabilityOptions = {}) => {
  const posts: string[] = []
  const all: ObservabilityOptions = {
    logs: false,
    ...options,
    otlp: {
      fetch: async (url) => {
        posts.push(new URL(url).pathname)
        return respond()
      },
    },
  }
  const app = new Hono()
  app.use(observability(all))
  app.get('/', (c) => c.text('hello'))
  return { app, posts, options: all }
}

afterEach(async () => {
  vi.useRealTimers()
  await shutdown({ timeoutMs: 10 })
  vi.restoreAllMocks()
})

describe('forceFlush', () => {
  it('sends what every pipeline holds, without waiting for its time', async () => {
    const one = setUp()
    const other = setUp()
    await one.app.request('/')
    await other.app.request('/')
    expect([one.posts, other.posts]).toEqual([[], []])
    expect(await forceFlush()).toBe(true)
    expect(one.posts.toSorted()).toEqual(['/v1/metrics', '/v1/traces'])
    expect(other.posts.toSorted()).toEqual(['/v1/metrics', '/v1/traces'])
    expect(exporterState(one.options)).toMatchObject({ queued: 0, dropped: 0 })
  })

  it('sends what is recorded after it as well, the next time', async () => {
    const { app, posts } = setUp()
    for (let i = 0; i < 3; i++) {
      await app.request('/')
      expect(await forceFlush()).toBe(true)
    }
    expect(posts.filter((path) => path === '/v1/traces')).toHaveLength(3)
  })

  it('resolves to false in time when a receiver does not answer', async () => {
    const { app } = setUp(() => new Promise(() => {}))
    await app.request('/')
    const startMs = performance.now()
    expect(await forceFlush({ timeoutMs: 100 })).toBe(false)
    expect(performance.now() - startMs).toBeLessThan(1000)
  })

  it('resolves to false when a receiver is away, and to true when it is back', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    let isAway = true
    const { app, options } = setUp(() => {
      if (isAway) throw new TypeError('connection refused')
      return new Response('{}')
    })
    await app.request('/')
    expect(await forceFlush()).toBe(false)
    isAway = false
    expect(await forceFlush()).toBe(true)
    expect(exporterState(options)).toMatchObject({ queued: 0, dropped: 0 })
  })

  it('ends although requests keep coming', async () => {
    const { app } = setUp(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return new Response('{}')
    })
    await app.request('/')
    let isOver = false
    const load = (async () => {
      while (!isOver) {
        await app.request('/')
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    expect(await forceFlush({ timeoutMs: 3000 })).toBe(true)
    isOver = true
    await load
  })

  it('has nothing to do before the first request', async () => {
    setUp()
    expect(await forceFlush()).toBe(true)
  })
})

describe('shutdown', () => {
  it('sends what there is, and leaves no timer', async () => {
    vi.useFakeTimers()
    const { app, posts } = setUp()
    await app.request('/')
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    expect(await shutdown()).toBe(true)
    expect(posts.toSorted()).toEqual(['/v1/metrics', '/v1/traces'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves the app as it is, and counts what it records as dropped', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { app, posts, options } = setUp()
    await app.request('/')
    await shutdown()
    const sent = posts.length
    const response = await app.request('/')
    expect(await response.text()).toBe('hello')
    expect(exporterState(options)?.signals.traces).toMatchObject({
      queued: 0,
      exported: 1,
      dropped: { shutdown: 1 },
    })
    expect(await forceFlush()).toBe(true)
    expect(posts).toHaveLength(sent)
  })

  it('counts what no receiver took as dropped', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { app, options } = setUp(() => new Response('', { status: 503 }))
    await app.request('/')
    expect(await shutdown()).toBe(false)
    expect(exporterState(options)).toMatchObject({ queued: 0 })
    expect(exporterState(options)?.signals.traces?.dropped).toEqual({ shutdown: 1 })
  })

  it('puts the global fetch back', async () => {
    const native = globalThis.fetch
    const { app } = setUp(undefined, { traces: { fetch: true } })
    await app.request('/')
    expect(globalThis.fetch).not.toBe(native)
    await shutdown()
    expect(globalThis.fetch).toBe(native)
  })

  it('does nothing the second time', async () => {
    const { app } = setUp()
    await app.request('/')
    await shutdown()
    expect(await shutdown()).toBe(true)
  })
})

it('a process that makes apps without end remembers a hundred of their pipelines', async () => {
  for (let i = 0; i < 130; i++) {
    await setUp().app.request('/')
  }
  expect(livePipelines()).toHaveLength(100)
})
