import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  AggregatorSender,
  type AggregatorSenderOptions,
} from '../../../src/export/aggregator/client.ts'
import type { AggregatorAck, AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { numberPoint, sum } from './metrics.ts'

const ENV = { name: 'env' }
const ACK: AggregatorAck = { ok: true, applied: true, refused: [], register: false }
const one = () => [sum([numberPoint(1)])]

const setUp = (options: Partial<AggregatorSenderOptions> = {}) => {
  const pushes: AggregatorPush[] = []
  const registered: string[] = []
  const transport = {
    answer: (_: AggregatorPush): AggregatorAck | Promise<AggregatorAck> => ACK,
    async push(env: unknown, push: AggregatorPush) {
      expect(env).toBe(ENV)
      pushes.push(structuredClone(push))
      return this.answer(push)
    },
    async register(env: unknown, shard: string) {
      expect(env).toBe(ENV)
      registered.push(shard)
    },
  }
  const resource = { 'service.name': 'shop' }
  const sender = new AggregatorSender({
    instance: 'one',
    startMs: 5,
    resource,
    transport,
    maxAttempts: 1,
    ...options,
  })
  return { sender, pushes, registered, transport }
}

const fail = () => {
  throw new Error('lost')
}

beforeEach(() => vi.useFakeTimers({ now: 1_790_000_000_000 }))
afterEach(() => vi.useRealTimers())

describe('AggregatorSender', () => {
  it('numbers its pushes and says who it is', async () => {
    const { sender, pushes } = setUp()
    expect(await sender.push(ENV, 'AMS', one)).toEqual({
      acknowledged: 1,
      dropped: {},
      refused: [],
      pending: 0,
    })
    await sender.push(ENV, 'LHR', one)
    expect(pushes).toMatchObject([
      { instance: 'one', seq: 1, floor: 1, startMs: 5, shard: 'AMS', binding: 'METRICS' },
      { instance: 'one', seq: 2, floor: 2, startMs: 5, shard: 'LHR', binding: 'METRICS' },
    ])
    expect(pushes[0]?.resource).toEqual({ 'service.name': 'shop' })
    expect(pushes[0]?.metrics).toEqual(one())
  })

  it('sends nothing when there is nothing to send', async () => {
    const { sender, pushes } = setUp()
    await sender.push(ENV, 'AMS', () => [sum([])])
    await sender.push(ENV, 'AMS', () => [])
    expect(pushes).toEqual([])
  })

  it('sends what was not acknowledged again, unchanged, to the same shard, before the new', async () => {
    const { sender, pushes, transport } = setUp()
    transport.answer = fail
    const report = await sender.push(ENV, 'AMS', one)
    expect(report).toMatchObject({ acknowledged: 0, pending: 1, error: new Error('lost') })
    transport.answer = () => ACK
    expect(await sender.push(ENV, 'LHR', one)).toMatchObject({ acknowledged: 2, pending: 0 })
    expect(pushes.map(({ seq, shard }) => [seq, shard])).toEqual([
      [1, 'AMS'],
      [1, 'AMS'],
      [2, 'LHR'],
    ])
    expect(pushes[1]).toEqual(pushes[0])
    expect(pushes[2]?.floor).toBe(2)
  })

  it('tries again within a call, after a pause', async () => {
    const { sender, pushes, transport } = setUp({ maxAttempts: 3 })
    let failures = 2
    transport.answer = () => (failures-- > 0 ? fail() : ACK)
    const report = sender.push(ENV, 'AMS', one)
    await vi.advanceTimersByTimeAsync(0)
    expect(pushes).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await report).toMatchObject({ acknowledged: 1, pending: 0 })
    expect(pushes).toHaveLength(3)
  })

  it('does not wait for an answer for ever', async () => {
    const { sender, transport } = setUp({ timeoutMs: 2000 })
    transport.answer = () => new Promise(() => {})
    const report = sender.push(ENV, 'AMS', one)
    await vi.advanceTimersByTimeAsync(2000)
    expect(await report).toMatchObject({
      pending: 1,
      error: new Error('No answer within 2000 ms'),
    })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves deltas where they are while too many pushes wait', async () => {
    const { sender, pushes, transport } = setUp({ maxPending: 2 })
    transport.answer = fail
    const collect = vi.fn(one)
    for (let i = 0; i < 5; i++) await sender.push(ENV, 'AMS', collect)
    expect(collect).toHaveBeenCalledTimes(2)
    expect(sender.pending).toBe(2)
    transport.answer = () => ACK
    pushes.length = 0
    expect(await sender.push(ENV, 'AMS', collect)).toMatchObject({ acknowledged: 2 })
    expect(pushes.map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('does not try the others when one push fails', async () => {
    const { sender, pushes, transport } = setUp()
    transport.answer = fail
    for (let i = 0; i < 3; i++) await sender.push(ENV, 'AMS', one)
    expect(pushes.map(({ seq }) => seq)).toEqual([1, 1, 1])
  })

  it('gives up a push after half a day, counts it, and tells the aggregator', async () => {
    const { sender, pushes, transport } = setUp()
    transport.answer = fail
    await sender.push(ENV, 'AMS', () => [sum([numberPoint(1), numberPoint(1, { a: 1 })])])
    vi.setSystemTime(Date.now() + 43_200_001)
    transport.answer = () => ACK
    const report = await sender.push(ENV, 'AMS', one)
    expect(report).toMatchObject({ acknowledged: 1, dropped: { expired: 2 }, pending: 0 })
    expect(pushes.at(-1)).toMatchObject({ seq: 2, floor: 2 })
  })

  it('reports what the aggregator refuses, and does not send it again', async () => {
    const { sender, pushes, transport } = setUp()
    const refused = [{ name: 'wrong', reason: 'unit_conflict' as const }]
    transport.answer = () => ({ ...ACK, refused })
    const metrics = () => [
      sum([numberPoint(1), numberPoint(1, { a: 1 })], { name: 'wrong' }),
      ...one(),
    ]
    expect(await sender.push(ENV, 'AMS', metrics)).toEqual({
      acknowledged: 1,
      dropped: { unit_conflict: 2 },
      refused,
      pending: 0,
    })
    transport.answer = () => ({
      ...ACK,
      applied: false,
      refused: [{ name: '*', reason: 'expired' }],
    })
    expect(await sender.push(ENV, 'AMS', metrics)).toMatchObject({
      acknowledged: 0,
      dropped: { expired: 3 },
    })
    expect(pushes).toHaveLength(2)
  })

  it('has the shard registered once, when it asks', async () => {
    const { sender, pushes, registered, transport } = setUp()
    transport.answer = (push) => ({ ...ACK, register: !push.registered })
    await sender.push(ENV, 'AMS', one)
    await sender.push(ENV, 'AMS', one)
    await sender.push(ENV, 'LHR', one)
    expect(registered).toEqual(['AMS', 'LHR'])
    expect(pushes.map((push) => push.registered)).toEqual([false, true, false])
  })

  it('asks again when the registry did not answer', async () => {
    const { sender, registered, transport } = setUp()
    const { register } = transport
    transport.answer = (push) => ({ ...ACK, register: !push.registered })
    transport.register = fail
    expect(await sender.push(ENV, 'AMS', one)).toMatchObject({ acknowledged: 1, pending: 0 })
    transport.register = register
    await sender.push(ENV, 'AMS', one)
    expect(registered).toEqual(['AMS'])
  })

  it('does not send in one request what another is sending', async () => {
    const { sender, pushes, transport } = setUp()
    let answer: (ack: AggregatorAck) => void = () => {}
    transport.answer = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const first = sender.push(ENV, 'AMS', one)
    await vi.advanceTimersByTimeAsync(0)
    transport.answer = () => ACK
    expect(await sender.push(ENV, 'AMS', one)).toMatchObject({ acknowledged: 1, pending: 1 })
    answer(ACK)
    expect(await first).toMatchObject({ acknowledged: 1, pending: 0 })
    expect(pushes.map(({ seq, floor }) => [seq, floor])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('takes over from a request that died', async () => {
    const { sender, pushes, transport } = setUp({ timeoutMs: 2000 })
    transport.answer = () => new Promise(() => {})
    // The timers of a request that was cut off never fire.
    void sender.push(ENV, 'AMS', one)
    await vi.advanceTimersByTimeAsync(0)
    vi.clearAllTimers()
    transport.answer = () => ACK
    vi.setSystemTime(Date.now() + 2000)
    expect(await sender.push(ENV, 'AMS', () => [])).toMatchObject({ acknowledged: 1, pending: 0 })
    expect(pushes.map(({ seq }) => seq)).toEqual([1, 1])
  })

  it('does not reject when there is no binding or nothing can be collected', async () => {
    const sender = new AggregatorSender({
      instance: 'one',
      startMs: 1,
      resource: {},
      maxAttempts: 1,
    })
    const { error } = await sender.push({}, 'AMS', one)
    expect(error).toEqual(
      new TypeError('Cannot push metrics: `env.METRICS` must be a Durable Object namespace'),
    )
    const { sender: other } = setUp()
    expect(await other.push(ENV, 'AMS', fail)).toMatchObject({ error: new Error('lost') })
  })
})

describe('a collection of more than RPC carries', () => {
  const many = (metrics: number, sets: number, length: number) =>
    Array.from({ length: metrics }, (_, m) =>
      sum(
        Array.from({ length: sets }, (_, i) =>
          numberPoint(1, { long: `${i}${'x'.repeat(length)}` }),
        ),
        { name: `m${m}` },
      ),
    )

  it('leaves in parts that each fit in one row of the journal, and arrives whole', async () => {
    const { sender, pushes } = setUp()
    const report = await sender.push(ENV, 'AMS', () => many(20, 199, 1000))
    expect(report).toMatchObject({ acknowledged: 20 * 199, pending: 0, dropped: {} })
    expect(pushes.length).toBeGreaterThan(8)
    for (const push of pushes) {
      expect(JSON.stringify(push).length).toBeLessThan(500_000)
    }
    const points = pushes.flatMap(({ metrics }) =>
      metrics.flatMap((metric) => metric.points.map((point) => [metric.name, point.attributes])),
    )
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(20 * 199)
    expect(points).toHaveLength(20 * 199)
    expect(pushes.map(({ seq }) => seq)).toEqual(pushes.map((_, i) => i + 1))
  })

  it('holds the next one back while much is waiting', async () => {
    const { sender, transport } = setUp()
    transport.answer = fail
    await sender.push(ENV, 'AMS', () => many(20, 1000, 1000))
    const collect = vi.fn(() => one())
    await sender.push(ENV, 'AMS', collect)
    expect(collect).not.toHaveBeenCalled()
  })
})

describe('a push that can never be taken', () => {
  const tooLarge = () =>
    new TypeError(
      'Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: 34008371 bytes.',
    )

  it.each([
    tooLarge(),
    new DOMException('() => {} could not be cloned.', 'DataCloneError'),
    new TypeError(
      'Could not serialize object of type "Foo". This type does not support serialization.',
    ),
  ])('for $message is dropped down to the point that is to blame, at once', async (error) => {
    const { sender, transport } = setUp({ maxAttempts: 3 })
    transport.answer = (push) => {
      const isBad = push.metrics.some((metric) => metric.points.some((p) => p.attributes.bad))
      if (isBad) throw error
      return ACK
    }
    const points = Array.from({ length: 100 }, (_, i) => numberPoint(1, { i, bad: i === 37 }))
    const report = await sender.push(ENV, 'AMS', () => [...one(), sum(points, { name: 'large' })])
    expect(report).toMatchObject({
      acknowledged: 100,
      dropped: { unsendable: 1 },
      refused: [{ name: 'large', reason: 'unsendable' }],
      pending: 0,
    })
    expect(await sender.push(ENV, 'AMS', one)).toMatchObject({ acknowledged: 1, dropped: {} })
  })

  it('for a reason that nobody knows is overtaken, and given up before it is too old to be told apart', async () => {
    const { sender, transport } = setUp()
    const bad = () => [sum([numberPoint(1)], { name: 'bad' })]
    transport.answer = ({ metrics }) => (metrics[0]?.name === 'bad' ? fail() : ACK)
    expect(await sender.push(ENV, 'AMS', bad)).toMatchObject({ pending: 1, dropped: {} })
    const dropped: object[] = []
    let acknowledged = 0
    const collect = vi.fn(one)
    for (let i = 0; i < 40; i++) {
      const report = await sender.push(ENV, 'AMS', collect)
      acknowledged += report.acknowledged
      if (Object.keys(report.dropped).length) dropped.push({ i, ...report.dropped })
    }
    expect(dropped).toEqual([{ i: expect.any(Number), undeliverable: 1 }])
    expect([acknowledged, sender.pending]).toEqual([collect.mock.calls.length, 0])
    expect(acknowledged).toBeGreaterThan(30)
  })

  it('was only unlucky, and arrives when it is tried again after many others', async () => {
    const { sender, transport } = setUp()
    transport.answer = fail
    await sender.push(ENV, 'AMS', one)
    transport.answer = () => ACK
    const lots = Array.from({ length: 100 }, (_, i) =>
      sum([numberPoint(1, { long: 'x'.repeat(399_000) })], { name: `m${i}` }),
    )
    expect(await sender.push(ENV, 'AMS', () => lots)).toMatchObject({
      acknowledged: 101,
      dropped: {},
      pending: 0,
    })
  })
})
