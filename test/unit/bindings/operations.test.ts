import { afterEach, describe, expect, it, vi } from 'vitest'
import { inRequest } from './in-request.ts'

afterEach(() => {
  vi.useRealTimers()
})

const kv = (get: (key: string) => Promise<string | null>) => ({
  get: vi.fn(get),
  put: vi.fn(async () => {}),
  list: vi.fn(async () => ({ keys: [], list_complete: true })),
  getWithMetadata: vi.fn(async () => ({ value: null, metadata: null })),
})

const settlesAfter = (delayMs: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(resolve, delayMs, null)
  })

describe('a slow operation', () => {
  it('is logged, with its span and without its key', async () => {
    const { lines, spans } = await inRequest(
      { CACHE: kv(() => settlesAfter(30)) },
      (env) => env.CACHE.get('secret'),
      { slowThresholdMs: 20 },
    )
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      level: 'warn',
      logger: 'bindings',
      'cloudflare.binding.name': 'CACHE',
      'cloudflare.binding.type': 'KV',
      operation: 'get CACHE',
      slow: true,
      threshold_ms: 20,
      trace_id: spans[0]?.spanContext().traceId,
      span_id: spans[0]?.spanContext().spanId,
    })
    expect(lines[0]?.duration_ms).toBeGreaterThanOrEqual(20)
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('is logged when it fails, and when its trace is not sampled', async () => {
    const fails = () =>
      settlesAfter(30).then(() => {
        throw new Error('gone')
      })
    const failed = await inRequest(
      { CACHE: kv(fails) },
      (env) => env.CACHE.get('a'),
      { slowThresholdMs: 20 },
      { traces: { sampler: 'always_off' } },
    )
    expect(failed.error).toEqual(new Error('gone'))
    expect(failed.lines).toHaveLength(1)
  })

  it('is one of half a second, unless said otherwise', async () => {
    vi.spyOn(performance, 'now')
    const measure = async (durationMs: number, slowThresholdMs?: number | false) => {
      let nowMs = 1000
      vi.mocked(performance.now).mockImplementation(() => nowMs)
      const passing = async () => {
        nowMs += durationMs
        return null
      }
      const { lines } = await inRequest(
        { CACHE: kv(passing) },
        (env) => env.CACHE.get('a'),
        slowThresholdMs === undefined ? {} : { slowThresholdMs },
      )
      return lines.length
    }
    expect(await measure(499)).toBe(0)
    expect(await measure(500)).toBe(1)
    expect(await measure(5000, false)).toBe(0)
    expect(await measure(0, 0)).toBe(1)
    vi.mocked(performance.now).mockRestore()
  })
})

describe('durations', () => {
  it('of RPC and fetch of a stub, by method and binding', async () => {
    const stub = {
      fetch: async () => new Response(null, { status: 503 }),
      connect: () => {},
      hello: async () => 'hello',
      fail: async () => {
        throw new RangeError('no')
      },
    }
    const { points, error } = await inRequest({ SERVICE: stub }, async (env) => {
      await env.SERVICE.hello()
      await env.SERVICE.fail().catch(() => {})
      await (env.SERVICE.fetch as (url: string) => Promise<Response>)('http://made-up-4711.test/')
    })
    expect(error).toBeUndefined()
    expect((await points('rpc.client.call.duration')).map(({ attributes }) => attributes)).toEqual([
      { 'rpc.system.name': 'jsrpc', 'rpc.method': 'SERVICE/hello' },
      { 'rpc.system.name': 'jsrpc', 'rpc.method': 'SERVICE/fail', 'error.type': 'RangeError' },
    ])
    expect(await points('http.client.request.duration')).toMatchObject([
      {
        count: 1,
        attributes: {
          'http.request.method': 'GET',
          'http.response.status_code': 503,
          'error.type': '503',
          'server.address': 'SERVICE',
          'cloudflare.binding.name': 'SERVICE',
        },
      },
    ])
  })

  it('of fetch by the methods that are known, whatever others there may be', async () => {
    const SERVICE = { fetch: async () => new Response(), connect: () => {} }
    const { points, spans } = await inRequest({ SERVICE }, async (env) => {
      const fetch = env.SERVICE.fetch as (url: string, init: RequestInit) => Promise<Response>
      await fetch('http://service.test/', { method: 'post' })
      await fetch('http://service.test/', { method: 'PURGE' })
    })
    expect(spans.map(({ name, attributes }) => [name, attributes])).toMatchObject([
      ['POST SERVICE', { 'http.request.method': 'POST' }],
      [
        'HTTP SERVICE',
        { 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' },
      ],
    ])
    expect(
      (await points('http.client.request.duration')).map(({ attributes }) => attributes),
    ).toMatchObject([{ 'http.request.method': 'POST' }, { 'http.request.method': '_OTHER' }])
  })

  it('of what the conventions have no metric for', async () => {
    const BUCKET = {
      head: async () => null,
      get: async () => null,
      put: async () => ({ size: 1 }),
      delete: async () => {},
      list: async () => ({ objects: [], truncated: false }),
      createMultipartUpload: async () => ({}),
    }
    const { points } = await inRequest({ BUCKET }, async (env) => {
      await env.BUCKET.put()
      await env.BUCKET.get()
      await env.BUCKET.get()
    })
    const measured = await points('hono.binding.operation.duration')
    expect(measured.map(({ attributes, count }) => [attributes, count])).toEqual([
      [
        {
          'cloudflare.binding.type': 'R2',
          'cloudflare.binding.name': 'BUCKET',
          'hono.binding.operation': 'put',
        },
        1,
      ],
      [
        {
          'cloudflare.binding.type': 'R2',
          'cloudflare.binding.name': 'BUCKET',
          'hono.binding.operation': 'get',
        },
        2,
      ],
    ])
  })
})

describe('a call that has not settled when the invocation ends', () => {
  const never = (): Promise<never> => new Promise(() => {})

  it('has a span that ends then, marked, and is exported', async () => {
    vi.useFakeTimers()
    const sent: string[] = []
    const { spans, waiting } = await inRequest(
      { CACHE: kv(never) },
      (env) => {
        void env.CACHE.get('a')
      },
      {},
      {
        otlp: {
          batch: { maxLingerMs: 0 },
          fetch: async (url: string, init: RequestInit) => {
            sent.push(`${url} ${init.body}`)
            return Response.json({})
          },
        },
      } as never,
    )
    expect(spans).toEqual([])
    const done = Promise.all(waiting)
    await vi.advanceTimersByTimeAsync(19_900)
    expect(spans).toEqual([])
    await vi.advanceTimersByTimeAsync(5000)
    await done
    expect(spans).toHaveLength(1)
    expect(spans[0]?.attributes['hono.incomplete']).toBe(true)
    expect(sent.join()).toContain('get CACHE')
  })

  it('does not keep the mark from those that have settled', async () => {
    vi.useFakeTimers()
    const { spans, waiting } = await inRequest({ CACHE: kv(() => settlesAfter(1000)) }, (env) => {
      void env.CACHE.get('a')
    })
    const done = Promise.all(waiting)
    await vi.advanceTimersByTimeAsync(2000)
    await done
    expect(spans).toHaveLength(1)
    expect(spans[0]?.attributes).not.toHaveProperty('hono.incomplete')
  })

  it('leaves the promise to the app, which may still settle', async () => {
    vi.useFakeTimers()
    const { spans, value, waiting } = await inRequest(
      { CACHE: kv(() => settlesAfter(30_000)) },
      (env) => ({
        late: env.CACHE.get('a'),
      }),
    )
    const done = Promise.all(waiting)
    await vi.advanceTimersByTimeAsync(40_000)
    await done
    expect(await value?.late).toBeNull()
    expect(spans).toHaveLength(1)
  })
})
