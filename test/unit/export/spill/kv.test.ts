import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { spillToKV } from '../../../../src/export/spill/kv.ts'
import { ACCEPTED, AWAY, Receiver, signAtOnce, startIsolate } from './world.ts'

interface Value {
  body: string | Uint8Array
  metadata?: object
  untilMs: number
}

/** As much of a KV namespace as is used, seen from one place. */
class Namespace {
  readonly values: Map<string, Value> = new Map()

  #live(key: string): Value | undefined {
    const value = this.values.get(key)
    return value && value.untilMs > Date.now() ? value : undefined
  }

  get keys(): string[] {
    return [...this.values.keys()].filter((key) => !key.endsWith('.lease') && this.#live(key))
  }

  async put(
    key: string,
    body: string | Uint8Array,
    { expirationTtl, metadata }: { expirationTtl: number; metadata?: object },
  ): Promise<void> {
    if (expirationTtl < 60) {
      throw new Error('Invalid expiration_ttl')
    }
    const untilMs = Date.now() + expirationTtl * 1000
    this.values.set(key, { body, untilMs, ...(metadata && { metadata }) })
  }

  async get(key: string): Promise<unknown> {
    return this.#live(key)?.body ?? null
  }

  async getWithMetadata(key: string, type: string): Promise<object> {
    expect(type).toBe('arrayBuffer')
    const { body, metadata = null } = this.#live(key) ?? {}
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    return { value: bytes?.slice().buffer ?? null, metadata }
  }

  async list({
    prefix,
    limit,
    cursor,
  }: {
    prefix: string
    limit: number
    cursor: string | null
  }): Promise<object> {
    const names = this.keys.filter((key) => key.startsWith(prefix) && key > (cursor ?? '')).sort()
    const page = names.slice(0, limit)
    return {
      keys: page.map((name) => ({ name })),
      list_complete: names.length <= limit,
      ...(names.length > limit && { cursor: page.at(-1) }),
    }
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}

let namespace: Namespace
let receiver: Receiver

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  signAtOnce()
  namespace = new Namespace()
  receiver = new Receiver()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const start = (options = {}) => startIsolate(spillToKV('KV', options), receiver, { KV: namespace })

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

const run = async (isolates: ReturnType<typeof start>[], from: number, to: number) => {
  for (const record of range(from, to)) {
    isolates[record % isolates.length]?.request(record)
    await vi.advanceTimersByTimeAsync(500)
  }
}

it('what was stored goes out once the receiver is back, from one isolate at a time', async () => {
  receiver.outcome = AWAY
  const isolates = [start(), start(), start()]
  await run(isolates, 0, 90)
  expect(namespace.keys.length).toBeGreaterThan(60)
  receiver.outcome = ACCEPTED
  receiver.answerMs = 300
  await run(isolates, 90, 690)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(namespace.keys).toEqual([])
  expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 690))
})

it('what is not sent in time goes by itself, and no sooner than KV allows', async () => {
  receiver.outcome = AWAY
  await run([start({ maxAgeMs: 1000 })], 0, 10)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(namespace.keys.length).toBeGreaterThan(2)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(namespace.keys).toEqual([])
})

it('a batch that is gone by the time it is read holds up nothing', async () => {
  receiver.outcome = AWAY
  await run([start()], 0, 20)
  await vi.advanceTimersByTimeAsync(60_000)
  const [first = ''] = namespace.keys.sort()
  vi.spyOn(namespace, 'getWithMetadata').mockImplementationOnce(async () => {
    namespace.values.delete(first)
    return { value: null, metadata: null }
  })
  receiver.outcome = ACCEPTED
  await run([start()], 20, 40)
  expect(namespace.keys).toEqual([])
})

it('what others have put there stays there, and what is ours behind it is sent', async () => {
  receiver.outcome = AWAY
  await run([start()], 0, 8)
  await vi.advanceTimersByTimeAsync(5000)
  const value = namespace.values.get(namespace.keys.sort()[0] ?? '') as Value
  const body = new TextEncoder().encode('[66]')
  const folder = 'otlp/shop/collector/0/traces/'
  const foreign = Array.from(
    { length: 45 },
    (_, i) => `${folder}${1_600_000_000_000 + i}-000000-${'0'.repeat(8)}-0000`,
  )
  foreign.forEach((key, i) => {
    namespace.values.set(
      key,
      [
        value,
        { ...value, body },
        { body, untilMs: value.untilMs },
        { ...value, metadata: { mac: 1 } },
      ][i % 4] as Value,
    )
  })
  receiver.outcome = ACCEPTED
  await run([start()], 20, 60)
  expect(namespace.keys.sort()).toEqual(foreign)
  expect(receiver.taken.toSorted((a, b) => a - b)).toEqual([...range(0, 8), ...range(20, 60)])
})
