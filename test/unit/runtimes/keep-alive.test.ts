import { Hono } from 'hono'
import { handle } from 'hono/netlify'
import { handle as handleEvent } from 'hono/service-worker'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** What a platform promises: work handed to `waitUntil` is finished, and nothing runs after that. */
class Invocation {
  readonly #work: Promise<unknown>[] = []

  /** Needs its object, as the platforms' own do. */
  waitUntil(work: Promise<unknown>): void {
    this.#work.push(work)
  }

  get used(): boolean {
    return this.#work.length > 0
  }

  async end(): Promise<void> {
    for (let done = 0; done < this.#work.length; done++) {
      await this.#work[done]
    }
  }
}

const VERCEL = Symbol.for('@vercel/request-context')
const globals = globalThis as Record<PropertyKey, unknown>

/** An app in a process of its own, as it were, and where its telemetry was posted to. */
const setUp = async () => {
  vi.resetModules()
  const { exporterState, observability, shutdown } = await import('../../../src/index.ts')
  const posts: string[] = []
  const bodies: string[] = []
  const options = {
    logs: false as const,
    otlp: {
      fetch: async (url: string, { body }: RequestInit) => {
        posts.push(new URL(url).pathname)
        bodies.push(String(body))
        return new Response('{}')
      },
    },
  }
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => c.text('hello'))
  return { app, posts, bodies, queued: () => exporterState(options)?.queued, shutdown }
}

let app: Awaited<ReturnType<typeof setUp>>
const listeners = (): number => process.listenerCount('SIGTERM')
let listenersBefore = 0

beforeEach(async () => {
  listenersBefore = listeners()
  app = await setUp()
})
afterEach(async () => {
  await app.shutdown({ timeoutMs: 100 })
  vi.unstubAllEnvs()
  delete globals[VERCEL]
  delete globals.EdgeRuntime
  process.removeAllListeners('SIGTERM')
  process.removeAllListeners('SIGINT')
  process.removeAllListeners('beforeExit')
})

const ALL = ['/v1/metrics', '/v1/traces']

describe('telemetry has left when the last `waitUntil` is over', () => {
  it('of an execution context: Workers, service workers', async () => {
    const event = Object.assign(new Invocation(), {
      request: new Request('http://shop.example/'),
      response: undefined as Promise<Response> | undefined,
      respondWith(response: Promise<Response>) {
        this.response = response
      },
    })
    handleEvent(app.app)(event as never)
    expect((await event.response)?.status).toBe(200)
    await event.end()
    expect(app.posts).toContain('/v1/traces')
    expect(app.queued()).toBe(0)
    expect(listeners()).toBe(listenersBefore)
  })

  it('which begins before the app runs: afterwards, a client that left has ended the invocation', async () => {
    const invocation = new Invocation()
    let wasUsed: boolean | undefined
    app.app.get('/within', (c) => {
      wasUsed = invocation.used
      return c.text('hello')
    })
    const context = Object.assign(invocation, { passThroughOnException() {}, props: {} })
    await app.app.fetch(new Request('http://shop.example/within'), {}, context)
    expect(wasUsed).toBe(true)
    await invocation.end()
    expect(app.queued()).toBe(0)
  })

  it('of Netlify’s context', async () => {
    const context = new Invocation()
    const response = await handle(app.app)(new Request('http://shop.example/'), context as never)
    expect(response.status).toBe(200)
    await context.end()
    expect(app.posts).toContain('/v1/traces')
    expect(app.queued()).toBe(0)
    expect(listeners()).toBe(listenersBefore)
  })

  it('of Vercel’s request context, each request with its own', async () => {
    globals.EdgeRuntime = 'vercel'
    let current: Invocation | undefined
    globals[VERCEL] = { get: () => current }
    for (let i = 1; i <= 3; i++) {
      current = new Invocation()
      await app.app.fetch(new Request('http://shop.example/'))
      expect(current.used).toBe(true)
      await current.end()
      expect(app.queued()).toBe(0)
    }
    const spans = app.bodies
      .filter((_, index) => app.posts[index] === '/v1/traces')
      .flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
    expect(spans).toHaveLength(3)
    expect(app.posts).toContain('/v1/metrics')
  })
})

describe('on Deno Deploy and the like, without `waitUntil`', () => {
  it.each([
    ['DENO_DEPLOYMENT_ID', 'h7k2'],
    ['AWS_LAMBDA_FUNCTION_NAME', 'shop'],
    ['K_SERVICE', 'shop'],
    ['VERCEL', '1'],
  ])('%s: telemetry leaves behind each response', async (name, value) => {
    vi.stubEnv(name, value)
    await app.app.fetch(new Request('http://shop.example/'))
    await expect.poll(() => app.posts.toSorted(), { timeout: 900 }).toEqual(ALL)
    expect(app.queued()).toBe(0)
  })

  it('each request’s metrics are deltas', async () => {
    vi.stubEnv('DENO_DEPLOYMENT_ID', 'h7k2')
    await app.app.fetch(new Request('http://shop.example/'))
    await expect.poll(() => app.posts, { timeout: 900 }).toContain('/v1/metrics')
    const { resourceMetrics } = JSON.parse(app.bodies[app.posts.indexOf('/v1/metrics')] ?? '')
    const [duration] = resourceMetrics[0].scopeMetrics[0].metrics
    expect(duration).toMatchObject({
      name: 'http.server.request.duration',
      histogram: { aggregationTemporality: 1 },
    })
  })
})

describe('on an ordinary machine', () => {
  it('telemetry waits for its time, and for the end of the process', async () => {
    await app.app.fetch(new Request('http://shop.example/'))
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(app.posts).toEqual([])
    expect(app.queued()).toBe(1)
    expect(listeners()).toBe(listenersBefore + 1)
  })
})
