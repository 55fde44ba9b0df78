import { context, type Span, trace } from '@opentelemetry/api'
import { bindings, instrumentBindings, rawEnv } from 'hono-observability/bindings'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { registerContextManager } from '../../../src/context/async-context.ts'
import { suppressTracing } from '../../../src/context/suppress.ts'

const kv = () => ({
  get: vi.fn(async (key: string): Promise<string | null> => key),
  put: vi.fn(async () => {}),
  list: vi.fn(async () => ({ keys: [], list_complete: true })),
  getWithMetadata: vi.fn(async () => ({ value: null, metadata: null })),
  delete: vi.fn(async () => {}),
})

/** Starts no spans: these tests look at what is passed through. */
const startSpan = vi.fn(
  (): Span => trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }),
)

beforeAll(() => {
  registerContextManager()
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan: vi.fn() }) })
})

const sampled = trace.setSpan(
  context.active(),
  trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
)

describe('the environment', () => {
  it('is the same object each time, and wrapping it again changes nothing', () => {
    const { wrap } = bindings()
    const env = { CACHE: kv() }
    expect(wrap(env)).toBe(wrap(env))
    expect(wrap(wrap(env))).toBe(wrap(env))
    expect(wrap(env)).not.toBe(env)
    expect(wrap(env).CACHE).toBe(wrap(env).CACHE)
    expect(wrap(env).CACHE.get).toBe(wrap(env).CACHE.get)
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ TEXT: 'a', VALUE: { get: 'x', put: 1, list: [], getWithMetadata: null } }],
    [{ incoming: { get: () => {} }, outgoing: {} }],
    [
      new (class Server {
        CACHE = kv()
      })(),
    ],
  ])('is returned as it is when there is nothing to instrument: %j', (env) => {
    expect(bindings().wrap(env)).toBe(env)
  })

  it('looks at a binding once, not at each use', () => {
    const read = vi.fn()
    const raw = new Proxy(
      { get: () => {}, put: () => {}, list: () => {}, getWithMetadata: () => {} },
      {
        get(target, key) {
          read(key)
          return Reflect.get(target, key)
        },
      },
    )
    const wrapped = bindings().wrap({ CACHE: raw })
    expect(wrapped.CACHE).not.toBe(raw)
    read.mockClear()
    expect(wrapped.CACHE).toBe(wrapped.CACHE)
    expect(read).not.toHaveBeenCalled()
  })

  it('leaves everything alone that is not recognised', () => {
    const secrets = { key: 'value' }
    const points = { writePoint: vi.fn() }
    const env = bindings().wrap({ CACHE: kv(), points, secrets, text: 'a', when: new Date(0) })
    expect(env.points).toBe(points)
    expect(env.secrets).toBe(secrets)
    expect(JSON.stringify(env)).toBe(
      '{"CACHE":{},"points":{},"secrets":{"key":"value"},"text":"a","when":"1970-01-01T00:00:00.000Z"}',
    )
  })

  it('follows what is replaced, added and set later', () => {
    const { wrap } = bindings()
    const raw: Record<string, unknown> = { CACHE: kv() }
    const env = wrap(raw)
    const other = kv()
    raw.CACHE = other
    raw.LATER = 1
    expect(rawEnv(env.CACHE)).toBe(other)
    expect(wrap(raw).LATER).toBe(1)
    env.LATER = 2
    expect(raw.LATER).toBe(2)
  })

  it('can be cloned when there is nothing in it that cannot', () => {
    const env = bindings({ kinds: { A: 'kv' } }).wrap({ A: { get: 1 }, text: 'a' })
    expect(() => structuredClone(env)).toThrow()
    const copy = structuredClone({ ...env, A: rawEnv(env.A) })
    expect(copy).toEqual({ A: { get: 1 }, text: 'a' })
  })

  it('can be taken back to what the platform made', () => {
    const env = { CACHE: kv() }
    expect(rawEnv(instrumentBindings(env))).toBe(env)
    expect(rawEnv(env)).toBe(env)
    expect(rawEnv(undefined)).toBeUndefined()
  })

  it('never throws, whatever it holds', () => {
    const env = {
      get HOSTILE(): never {
        throw new Error('no')
      },
    }
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect(bindings().wrap(env)).toBe(env)
  })
})

describe('options', () => {
  it('exclude a binding, or say what it is', () => {
    const mock = { get: async () => 'x' }
    const cache = kv()
    const env = instrumentBindings(
      { CACHE: cache, MOCK: mock },
      { kinds: { CACHE: false, MOCK: 'kv' } },
    )
    expect(env.CACHE).toBe(cache)
    expect(env.MOCK).not.toBe(mock)
  })

  it.each([
    [
      { kinds: { CACHE: 'redis' as 'kv' } },
      '`kinds.CACHE` must be false or one of ai, analytics-engine, browser, d1, dispatch-namespace, durable-object, email, images, kv, queue, r2, rate-limit, service, vectorize, workflow, received redis',
    ],
    [
      { propagate: 'ROOM' as unknown as string[] },
      '`propagate` must be an array of strings, received "ROOM"',
    ],
    [
      { propagate: ['ROOM', 7] as string[] },
      '`propagate` must be an array of strings, received ["ROOM",7]',
    ],
    [
      { slowThresholdMs: -1 },
      '`slowThresholdMs` must be false or a number of milliseconds from 0 on, received -1',
    ],
    [
      { slowThresholdMs: '9' as unknown as number },
      '`slowThresholdMs` must be false or a number of milliseconds from 0 on, received 9',
    ],
  ])('are checked: %j', (options, message) => {
    expect(() => bindings(options)).toThrow(new TypeError(`Cannot instrument bindings: ${message}`))
  })
})

describe('a call', () => {
  it('starts no span outside of a request, nor where tracing is suppressed', async () => {
    startSpan.mockClear()
    const env = instrumentBindings({ CACHE: kv() })
    expect(await env.CACHE.get('a')).toBe('a')
    expect(await context.with(suppressTracing(sampled), () => env.CACHE.get('b'))).toBe('b')
    expect(startSpan).not.toHaveBeenCalled()
    expect(await context.with(sampled, () => env.CACHE.get('c'))).toBe('c')
    expect(startSpan).toHaveBeenCalledTimes(1)
  })

  it('returns the very promise of the platform outside of a request', () => {
    const promise = Promise.resolve('x')
    const cache = { ...kv(), get: () => promise }
    expect(instrumentBindings({ CACHE: cache }).CACHE.get()).toBe(promise)
  })

  it('has the binding as `this`, and its arguments as they were', async () => {
    const cache = kv()
    const env = instrumentBindings({ CACHE: cache })
    const { get } = env.CACHE
    await context.with(sampled, () => get('key'))
    expect(cache.get.mock.contexts[0]).toBe(cache)
    expect(cache.get).toHaveBeenCalledWith('key')
  })

  it('is made when the span cannot be', async () => {
    startSpan.mockImplementationOnce(() => {
      throw new Error('tracer fault')
    })
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const env = instrumentBindings({ CACHE: kv() })
    expect(await context.with(sampled, () => env.CACHE.get('a'))).toBe('a')
  })

  it('sees a method that was replaced since', async () => {
    const cache = kv()
    const env = instrumentBindings({ CACHE: cache })
    expect(await env.CACHE.get('a')).toBe('a')
    vi.spyOn(env.CACHE, 'get').mockResolvedValue('mocked')
    expect(await env.CACHE.get('a')).toBe('mocked')
  })

  it('works on a frozen object', async () => {
    const env = instrumentBindings({ CACHE: Object.freeze(kv()) })
    expect(await env.CACHE.get('a')).toBe('a')
  })
})
