import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { spillToQueue } from '../../../../src/export/spill/queue.ts'
import { spillToR2 } from '../../../../src/export/spill/r2.ts'
import { ACCEPTED, AWAY, Bucket, Receiver, signAtOnce, startIsolate } from './world.ts'

let bucket: Bucket
let receiver: Receiver

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  signAtOnce()
  bucket = new Bucket()
  receiver = new Receiver()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const start = (options = {}, more = {}) =>
  startIsolate(spillToR2('BUCKET', options), receiver, { BUCKET: bucket }, more)

type Isolate = ReturnType<typeof start>

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)

/** A request a second. */
const run = async (isolate: Isolate, from: number, to: number): Promise<void> => {
  for (const record of range(from, to)) {
    isolate.request(record)
    await vi.advanceTimersByTimeAsync(1000)
  }
}

describe('while the receiver answers', () => {
  it('nothing is stored, and the store is asked once whether another isolate left something', async () => {
    await run(start(), 0, 60)
    await vi.advanceTimersByTimeAsync(5000)
    expect(receiver.taken).toEqual(range(0, 60))
    expect(bucket.calls).toEqual({ list: 1 })
  })

  it('a failure or two are no reason to store', async () => {
    const isolate = start()
    receiver.outcome = AWAY
    isolate.request(0)
    await vi.advanceTimersByTimeAsync(200)
    expect(receiver.sent.length).toBeLessThan(3)
    receiver.outcome = ACCEPTED
    await vi.advanceTimersByTimeAsync(5000)
    expect(receiver.taken).toEqual([0])
    expect(bucket.calls).toEqual({ list: 1 })
  })

  it('every request says which batch it is, and its second attempt the same', async () => {
    const isolate = start()
    receiver.outcome = AWAY
    isolate.request(0)
    await vi.advanceTimersByTimeAsync(200)
    receiver.outcome = ACCEPTED
    await vi.advanceTimersByTimeAsync(5000)
    await run(isolate, 1, 2)
    const keys = receiver.sent.map(({ key }) => key)
    expect(keys.length).toBeGreaterThan(2)
    expect(new Set(keys.slice(0, -1)).size).toBe(1)
    expect(new Set(keys).size).toBe(2)
  })
})

describe('while the receiver is away', () => {
  it('what is recorded is in the store within two seconds, and few requests probe', async () => {
    receiver.outcome = AWAY
    const isolate = start()
    await run(isolate, 0, 120)
    await vi.advanceTimersByTimeAsync(2000)
    expect(isolate.queue.pending).toBe(0)
    expect(isolate.queue.counts).toMatchObject({ recorded: 120, spilled: 120, exported: 0 })
    expect(bucket.keys.length).toBeGreaterThan(50)
    expect(receiver.sent.length).toBeLessThan(20)
    expect(isolate.drops).toEqual([])
  })

  it('what it stores is the request that would have been made', async () => {
    receiver.outcome = AWAY
    await run(start({ prefix: 'spilled/' }), 0, 5)
    const [key = ''] = bucket.keys
    expect(key).toMatch(/^spilled\/shop\/collector\/0\/traces\/\d{13}-[0-9a-z]{6}-[0-9a-f-]{13}$/)
    expect(bucket.objects.get(key)?.options).toMatchObject({
      httpMetadata: { contentType: 'application/json' },
      customMetadata: { count: expect.stringMatching(/^[1-4]$/) },
    })
  })

  it('its refusals are not stored: they would be refused again', async () => {
    receiver.outcome = { kind: 'refused', reason: 'http_401' }
    const isolate = start()
    await run(isolate, 0, 20)
    expect(bucket.keys).toEqual([])
    expect(isolate.queue.counts.dropped).toEqual({ http_401: 20 })
  })

  it('no isolate stores more than its share, and keeps what is beyond', async () => {
    receiver.outcome = AWAY
    const isolate = start({ maxBatches: 3 })
    await run(isolate, 0, 20)
    expect(bucket.keys).toHaveLength(3)
    expect(isolate.queue.counts.spilled + isolate.queue.pending).toBe(20)
    receiver.outcome = ACCEPTED
    await vi.advanceTimersByTimeAsync(40_000)
    await run(isolate, 20, 40)
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 40))
  })
})

describe('a store that fails', () => {
  it('is as none at all, and is said once', async () => {
    bucket.isBroken = true
    receiver.outcome = AWAY
    const isolate = start()
    await run(isolate, 0, 20)
    expect(isolate.queue.counts).toMatchObject({ spilled: 0, dropped: {} })
    expect(isolate.queue.pending).toBe(20)
    receiver.outcome = ACCEPTED
    await vi.advanceTimersByTimeAsync(40_000)
    await run(isolate, 20, 30)
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 30))
    const said = vi
      .mocked(console.warn)
      .mock.calls.flat()
      .filter((text) => /spilled/.test(text))
    expect(said.filter((text) => /not spilled/.test(text))).toHaveLength(1)
  })

  it('loses no more than none would, counted by reason', async () => {
    bucket.isBroken = true
    receiver.outcome = AWAY
    const isolate = start()
    await run(isolate, 0, 400)
    const { counts, pending } = isolate.queue
    const lost = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0)
    expect(lost + pending).toBe(400)
    expect(pending).toBeLessThanOrEqual(100)
    expect(counts.dropped.queue_full).toBeGreaterThan(0)
  })

  it('that is not there at all is said in words that help', async () => {
    receiver.outcome = AWAY
    const isolate = startIsolate(spillToR2('NONE'), receiver, {})
    await run(isolate, 0, 10)
    expect(isolate.queue.pending).toBe(10)
    const said = vi.mocked(console.warn).mock.calls.flat().join('\n')
    expect(said).toContain('Cannot spill: `env.NONE` must be an R2 bucket')
  })
})

describe('once the receiver is back', () => {
  it('what was stored goes out, oldest first, with the keys it had, and is counted', async () => {
    receiver.outcome = AWAY
    const isolate = start()
    await run(isolate, 0, 100)
    const stored = bucket.keys.map((key) => key.split('/').at(-1))
    receiver.outcome = ACCEPTED
    const before = receiver.sent.length
    await run(isolate, 100, 200)
    expect(bucket.keys).toEqual([])
    const restored = receiver.sent
      .slice(before)
      .filter(({ records }) => records.every((record) => record < 100))
    expect(restored.map(({ key }) => key).slice(-stored.length)).toEqual(stored)
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 200))
    const { counts } = isolate.queue
    expect(counts.restored).toBe(counts.spilled)
    expect(counts).toMatchObject({ recorded: 200, exported: 200, dropped: {} })
  })

  it('another isolate sends what a dead one has left', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 30)
    receiver.outcome = ACCEPTED
    const other = start()
    await run(other, 30, 60)
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 60))
    expect(other.queue.counts).toMatchObject({ recorded: 30, restored: 30, exported: 60 })
  })

  it('several isolates send each batch once, however long that takes', async () => {
    receiver.outcome = AWAY
    const isolates = [start(), start(), start()]
    for (const record of range(0, 90)) {
      isolates[record % 3]?.request(record)
      await vi.advanceTimersByTimeAsync(500)
    }
    expect(bucket.keys.length).toBeGreaterThan(60)
    receiver.outcome = ACCEPTED
    receiver.answerMs = 300
    for (const record of range(90, 690)) {
      isolates[record % 3]?.request(record)
      await vi.advanceTimersByTimeAsync(500)
    }
    await vi.advanceTimersByTimeAsync(30_000)
    expect(bucket.keys).toEqual([])
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 690))
  })

  it('of two isolates that ask at the same moment, one sends', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 30)
    receiver.outcome = ACCEPTED
    receiver.answerMs = 300
    bucket.callMs = 20
    const isolates = [start(), start()]
    for (const record of range(30, 60)) {
      for (const isolate of isolates) isolate.request(record)
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(bucket.keys).toEqual([])
    const restored = receiver.taken.filter((record) => record < 30)
    expect(restored.toSorted((a, b) => a - b)).toEqual(range(0, 30))
  })

  it('an isolate that died as it was sending is succeeded by another, a minute later', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 60)
    receiver.outcome = ACCEPTED
    // Its lease was taken, then nothing more came of it.
    await bucket.put('otlp/shop/collector/0/traces.lease', 'of the dead', {})
    const left = bucket.keys.length
    expect(left).toBeGreaterThan(30)
    const other = start()
    await run(other, 60, 90)
    expect(bucket.keys).toHaveLength(left)
    await run(other, 90, 200)
    expect(bucket.keys).toEqual([])
    expect(new Set(receiver.taken)).toEqual(new Set(range(0, 200)))
  })

  it('a second outage is over as soon as the first', async () => {
    const isolate = start()
    await run(isolate, 0, 10)
    receiver.outcome = AWAY
    await run(isolate, 10, 40)
    receiver.outcome = ACCEPTED
    await run(isolate, 40, 100)
    expect(bucket.keys).toEqual([])
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(range(0, 100))
  })

  it('one that fails again stops the drain, and nothing is deleted that was not taken', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 60)
    await vi.advanceTimersByTimeAsync(60_000)
    const stored = bucket.keys.length
    const before = receiver.sent.length
    // From the sixth request on, it is away again.
    Object.defineProperty(receiver, 'outcome', {
      get: () => (receiver.sent.length <= before + 5 ? ACCEPTED : AWAY),
    })
    const other = start()
    other.request(60)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(bucket.keys).toHaveLength(stored - 4)
    expect(receiver.sent).toHaveLength(before + 6)
    expect(other.queue.counts).toMatchObject({ exported: 5, restored: 4, dropped: {} })
  })

  it('no request sends more than its share', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 100)
    await vi.advanceTimersByTimeAsync(60_000)
    const stored = bucket.keys.length
    expect(stored).toBeGreaterThan(60)
    receiver.outcome = ACCEPTED
    const isolate = start({ maxPerRequest: 5 })
    await run(isolate, 100, 128)
    expect(bucket.keys).toHaveLength(stored - 5)
    await run(isolate, 128, 158)
    expect(bucket.keys).toHaveLength(stored - 10)
  })

  it('what is too old is dropped and counted', async () => {
    receiver.outcome = AWAY
    await run(start(), 0, 10)
    await vi.advanceTimersByTimeAsync(120_000)
    receiver.outcome = ACCEPTED
    const other = start({ maxAgeMs: 60_000 })
    await run(other, 10, 20)
    expect(bucket.keys).toEqual([])
    expect(other.queue.counts.dropped).toEqual({ spill_expired: 10 })
    expect(receiver.taken).toEqual(range(10, 20))
  })

  it('what it refuses is dropped and counted, and holds up nothing', async () => {
    receiver.outcome = AWAY
    const isolate = start()
    await run(isolate, 0, 10)
    const { sent } = receiver
    Object.defineProperty(receiver, 'outcome', {
      get: () =>
        sent.at(-1)?.records.includes(5) ? { kind: 'refused', reason: 'http_400' } : ACCEPTED,
    })
    const other = start()
    await run(other, 10, 30)
    expect(bucket.keys).toEqual([])
    const { counts } = other.queue
    expect(counts.dropped.http_400).toBeGreaterThan(0)
    expect(counts.recorded + counts.restored).toBe(counts.exported + (counts.dropped.http_400 ?? 0))
  })

  it('a batch goes out in the encoding it was stored in', async () => {
    receiver.outcome = AWAY
    await run(start({}, { contentType: 'application/x-protobuf' }), 0, 5)
    receiver.outcome = ACCEPTED
    const before = receiver.sent.length
    await run(start(), 5, 10)
    const types = receiver.sent
      .slice(before)
      .map(({ records: [first = 0], contentType }) => [first < 5, contentType])
    expect(types).toContainEqual([true, 'application/x-protobuf'])
    expect(types).toContainEqual([false, 'application/json'])
    expect(types).not.toContainEqual([true, 'application/json'])
  })
})

describe('wrong options', () => {
  it.each([
    [() => spillToR2(''), '`binding` must be a non-empty string, received ""'],
    [() => spillToR2('B', { prefix: '' }), '`prefix` must be a non-empty string, received ""'],
    [
      () => spillToR2('B', { maxBatches: 0 }),
      '`maxBatches` must be a whole number from 1 to 2147483647, received 0',
    ],
    [
      () => spillToR2('B', { maxAgeMs: 1.5 }),
      '`maxAgeMs` must be a whole number from 1 to 2147483647, received 1.5',
    ],
    [
      () => spillToR2('B', { maxPerRequest: 0 }),
      '`maxPerRequest` must be a whole number from 1 to 2147483647, received 0',
    ],
    [
      () => spillToQueue('Q', { delaySeconds: -1 }),
      '`delaySeconds` must be a whole number from 0 to 2147483647, received -1',
    ],
  ])('throw', (make, message) => {
    expect(make).toThrow(new TypeError(`Cannot spill: ${message}`))
  })
})

describe('what others have put into the store', () => {
  const FOLDER = 'otlp/shop/collector/0/traces/'

  /** Stores some batches, and returns the first of them with its name. */
  const stored = async (count: number) => {
    receiver.outcome = AWAY
    await run(start(), 0, count)
    await vi.advanceTimersByTimeAsync(5000)
    const [key = ''] = bucket.keys
    return {
      key,
      object: bucket.objects.get(key) as NonNullable<ReturnType<Bucket['objects']['get']>>,
    }
  }

  const idAt = (ms: number): string => `${ms}-000000-${'0'.repeat(8)}-0000`

  it('is neither sent nor deleted, and what is ours behind it is sent', async () => {
    const { object } = await stored(8)
    const ours = bucket.keys
    const body = new TextEncoder().encode('[66]')
    const metadata = { httpMetadata: { contentType: 'application/json' } }
    const foreign = Array.from({ length: 45 }, (_, i) => `${FOLDER}${idAt(1_600_000_000_000 + i)}`)
    foreign.forEach((key, i) => {
      bucket.objects.set(
        key,
        [
          // A copy under another name, other content, and no signature at all.
          object,
          { ...object, body },
          { ...object, body, options: { ...metadata, customMetadata: { count: '1' } } },
        ][i % 3] as typeof object,
      )
    })
    bucket.objects.set(`${FOLDER}readme.txt`, { ...object, body })
    const before = receiver.sent.length
    receiver.outcome = ACCEPTED
    const isolate = start()
    await run(isolate, 20, 40)
    expect(bucket.keys).toEqual([...foreign, `${FOLDER}readme.txt`])
    expect(ours.length).toBeGreaterThan(0)
    expect(receiver.sent.slice(before).flatMap(({ records }) => records)).not.toContain(66)
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual([...range(0, 8), ...range(20, 40)])
  })

  it('is read once by an isolate, and said once', async () => {
    const { key, object } = await stored(4)
    bucket.objects.clear()
    bucket.objects.set(key, { ...object, body: new TextEncoder().encode('[66]') })
    const warn = vi.mocked(console.warn)
    warn.mockClear()
    receiver.outcome = ACCEPTED
    const isolate = start()
    await run(isolate, 20, 40)
    for (let i = 0; i < 5; i++) {
      await vi.advanceTimersByTimeAsync(700_000)
      await run(isolate, 40 + i, 41 + i)
    }
    expect(bucket.calls.get).toBe(1)
    expect(bucket.calls.list).toBeGreaterThan(3)
    expect(warn.mock.calls.length).toBeLessThan(2)
    expect(bucket.keys).toEqual([key])
  })

  it('is not even read when it is larger than a batch can be', async () => {
    const { key, object } = await stored(4)
    bucket.objects.clear()
    const slice = vi.fn()
    const body = { length: 9_000_000, slice }
    bucket.objects.set(key, { ...object, body: body as never })
    receiver.outcome = ACCEPTED
    await run(start(), 20, 30)
    expect(slice).not.toHaveBeenCalled()
    expect(bucket.keys).toEqual([key])
  })

  it('has no say in the content type of what is sent', async () => {
    const { key, object } = await stored(4)
    const before = receiver.sent.length
    Object.assign(object.options, { httpMetadata: { contentType: 'text/html' } })
    bucket.objects.clear()
    bucket.objects.set(key, object)
    receiver.outcome = ACCEPTED
    await run(start(), 20, 30)
    expect(receiver.sent.slice(before).map(({ contentType }) => contentType)).not.toContain(
      'text/html',
    )
    expect(bucket.keys).toEqual([key])
  })
})
