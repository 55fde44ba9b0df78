import { type MetricOptions, metrics, ValueType } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { counter, gauge, histogram, upDownCounter } from '../../../src/metrics/define.ts'
import { ownCounter, ownUpDownCounter } from '../../../src/metrics/own.ts'
import { onlyHistogram, type Recording, record, values } from './recording.ts'

const recordGlobally = (): Recording => {
  metrics.disable()
  const recording = record()
  metrics.setGlobalMeterProvider(recording.provider)
  return recording
}

afterEach(() => {
  metrics.disable()
  vi.restoreAllMocks()
})

describe('defined metrics', () => {
  it('record through the provider that is registered after their definition', async () => {
    const orders = counter('shop.orders', {
      unit: '{order}',
      description: 'Orders placed.',
      attributes: { 'payment.method': ['card', 'invoice'] },
    })
    orders.add(100, { 'payment.method': 'card' })
    const { collect } = recordGlobally()
    orders.add(1, { 'payment.method': 'card' })
    orders.add(1, { 'payment.method': 'card' })
    const metric = (await collect())['shop.orders']
    expect(metric).toMatchObject({
      unit: '{order}',
      description: 'Orders placed.',
      scope: { name: 'app' },
      monotonic: true,
      integer: false,
    })
    expect(values(metric)).toEqual([[{ 'payment.method': 'card' }, 2]])
  })

  it('are made where a provider takes no integers, as Deno’s own', () => {
    metrics.disable()
    const added: unknown[] = []
    const create = (name: string, { valueType }: MetricOptions) => {
      if (valueType !== undefined && valueType !== ValueType.DOUBLE) {
        throw new Error('Only valueType: DOUBLE is supported')
      }
      return { add: (value: number) => added.push([name, value]) }
    }
    const meter = { createCounter: create, createUpDownCounter: create }
    metrics.setGlobalMeterProvider({ getMeter: () => meter } as never)
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const whole = { unit: '{order}', description: '', integer: true }
    counter('placed', whole).add(1)
    upDownCounter('open', whole).add(2)
    ownCounter('hono.a', '{a}', '').add(3)
    ownUpDownCounter('hono.b', '{b}', '').add(4)
    expect(added).toEqual([
      ['placed', 1],
      ['open', 2],
      ['hono.a', 3],
      ['hono.b', 4],
    ])
    expect(said.mock.calls).toEqual([])
  })

  it('throw nothing where a provider makes nothing at all', () => {
    metrics.disable()
    metrics.setGlobalMeterProvider({
      getMeter: () => {
        throw new Error('no meter')
      },
    } as never)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const definition = { unit: 's', description: '' } as const
    for (let i = 0; i < 2; i++) {
      counter('c', { ...definition, integer: true }).add(1)
      upDownCounter('u', definition).add(1)
      gauge('g', definition).record(1)
      expect(histogram('h', definition).time(() => 7)).toBe(7)
    }
  })

  it('follow a change of provider', async () => {
    const orders = counter('c', { unit: '1', description: '' })
    const first = recordGlobally()
    orders.add(1)
    const second = recordGlobally()
    orders.add(2)
    expect(values((await first.collect()).c)).toEqual([[{}, 1]])
    expect(values((await second.collect()).c)).toEqual([[{}, 2]])
  })

  it('make each instrument once', () => {
    const { meter } = recordGlobally()
    const create = vi.spyOn(Object.getPrototypeOf(meter), 'createCounter')
    const orders = counter('c', { unit: '1', description: '' })
    orders.add(1)
    orders.add(1)
    expect(create).toHaveBeenCalledTimes(1)
  })

  it('are of every kind', async () => {
    const { collect } = recordGlobally()
    const definition = { unit: '{item}', description: 'd', meter: 'stock', integer: true }
    upDownCounter('queue', definition).add(-2)
    gauge('level', { ...definition, attributes: { room: 'string' } }).record(3, { room: 'a' })
    histogram('size', { ...definition, boundaries: [1, 2] }).record(2)
    const collected = await collect()
    expect(collected.queue).toMatchObject({ monotonic: false, integer: true })
    expect(collected.queue?.scope).toEqual({ name: 'stock' })
    expect(values(collected.level)).toEqual([[{ room: 'a' }, 3]])
    expect(collected.size).toMatchObject({ bounds: [1, 2] })
  })

  it('have buckets that suit seconds where the unit is seconds', async () => {
    const { collect } = recordGlobally()
    histogram('s', { unit: 's', description: '' }).record(1)
    histogram('ms', { unit: 'ms', description: '' }).record(1)
    const collected = await collect()
    expect(collected.s).toMatchObject({ bounds: { 0: 0.005, 13: 10 } })
    expect(collected.ms).toMatchObject({ bounds: { 0: 0, 14: 10000 } })
  })
})

describe('timing', () => {
  const clock = (...times: number[]): void => {
    const now = vi.spyOn(performance, 'now')
    for (const time of times) now.mockReturnValueOnce(time)
  }

  const timed = <Unit extends 's' | 'ms'>(unit: Unit) => {
    const { collect } = recordGlobally()
    const latency = histogram('latency', {
      unit,
      description: '',
      attributes: { model: 'string' },
    })
    return { latency, collect: async () => onlyHistogram((await collect()).latency) }
  }

  it('records how long a function took, in seconds or milliseconds', async () => {
    const seconds = timed('s')
    clock(1000, 1250)
    expect(seconds.latency.time(() => 42, { model: 'x' })).toBe(42)
    expect(await seconds.collect()).toMatchObject({ sum: 0.25, attributes: { model: 'x' } })
    const milliseconds = timed('ms')
    clock(1000, 1250)
    milliseconds.latency.time(() => 42, { model: 'x' })
    expect(await milliseconds.collect()).toMatchObject({ sum: 250 })
  })

  it('waits for a promise', async () => {
    const { latency, collect } = timed('s')
    clock(0, 3000)
    const { promise, resolve } = Promise.withResolvers<string>()
    const result = latency.time(() => promise, { model: 'x' })
    resolve('done')
    expect(await result).toBe('done')
    expect(await collect()).toMatchObject({ count: 1, sum: 3 })
  })

  it('records what was thrown as error.type, and throws it', async () => {
    const { latency, collect } = timed('s')
    const error = new RangeError('boom')
    expect(() =>
      latency.time(
        () => {
          throw error
        },
        { model: 'x' },
      ),
    ).toThrow(error)
    expect((await collect()).attributes).toEqual({ model: 'x', 'error.type': 'RangeError' })
  })

  it('records why a promise was rejected as error.type, and rejects alike', async () => {
    const { latency, collect } = timed('s')
    const error = new TypeError('boom')
    await expect(latency.time(() => Promise.reject(error), { model: 'x' })).rejects.toBe(error)
    expect((await collect()).attributes).toEqual({ model: 'x', 'error.type': 'TypeError' })
  })

  it('works where there is no provider', async () => {
    const latency = histogram('latency', { unit: 's', description: '' })
    expect(latency.time(() => 1)).toBe(1)
    expect(await latency.time(async () => 2)).toBe(2)
  })
})

describe('attributes', () => {
  it('are checked by the compiler', () => {
    const orders = counter('orders', {
      unit: '{order}',
      description: '',
      attributes: { pay: ['card', 'invoice'], express: 'boolean', items: 'number' },
    })
    orders.add(1, { pay: 'card', express: true, items: 3 })
    // @ts-expect-error a value that is not listed
    orders.add(1, { pay: 'cash', express: true, items: 3 })
    // @ts-expect-error another type
    orders.add(1, { pay: 'card', express: 'yes', items: 3 })
    // @ts-expect-error one is missing
    orders.add(1, { pay: 'card', express: true })
    // @ts-expect-error one too many
    orders.add(1, { pay: 'card', express: true, items: 3, user: 1 })
    // @ts-expect-error none
    orders.add(1)
    const bare = counter('bare', { unit: '1', description: '' })
    // @ts-expect-error none is declared
    bare.add(1, { pay: 'card' })
    const size = histogram('size', { unit: 'By', description: '' })
    // @ts-expect-error not a unit of time
    size.time(() => 1)
    expect(size).toHaveProperty('record')
  })
})
