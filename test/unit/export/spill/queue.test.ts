import type { ObservabilityOptions } from 'hono-observability'
import { drainQueue, type Spill, spillToQueue } from 'hono-observability/spill'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isSpilled } from '../../../../src/export/pipeline/spill.ts'
import type { SpilledMessage } from '../../../../src/export/spill/queue.ts'
import { AWAY, Receiver, signAtOnce, startIsolate } from './world.ts'

interface Stored {
  message: SpilledMessage
  options: { contentType: string; delaySeconds: number }
}

const stored: Stored[] = []
const env = {
  SPILLED: {
    async send(message: SpilledMessage, options: Stored['options']): Promise<void> {
      stored.push({ message, options })
    },
  },
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  signAtOnce()
  stored.length = 0
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Compression takes real time, which no fake timer knows. */
const until = async (predicate: () => boolean): Promise<void> => {
  for (let i = 0; i < 100_000 && !predicate(); i++) {
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(1)
  }
}

/** Stores what so many requests record, while the receiver is away. */
const store = async (count: number, spill: Spill, padding = '', changes = {}) => {
  const receiver = new Receiver()
  receiver.outcome = AWAY
  const isolate = startIsolate(spill, receiver, env, { padding, changes })
  for (let record = 0; record < count; record++) {
    isolate.request(record)
    await vi.advanceTimersByTimeAsync(1000)
  }
  await until(() => isolate.queue.pending === 0)
  return isolate
}

/** A message as a consumer gets it, and what becomes of it. */
const delivered = (body: unknown, attempts = 1) => {
  const fate: unknown[] = []
  return {
    body,
    attempts,
    fate,
    ack: () => void fate.push('ack'),
    retry: (options: unknown) => void fate.push(options),
  }
}

/** A consumer with one destination: the host that `world.ts` stores for. */
const consumer = (respond: (body: string, headers: Headers) => number) => {
  const bodies: string[] = []
  const options: ObservabilityOptions = {
    service: { name: 'shop' },
    otlp: {
      endpoint: 'http://collector',
      headers: { 'X-Own': 'yes' },
      spill: spillToQueue('SPILLED'),
      async fetch(_url, { body, headers }) {
        const text = await new Response(body as BodyInit).text()
        bodies.push(text.trim())
        return new Response('{}', { status: respond(text, new Headers(headers)) })
      },
    },
  }
  return { bodies, options }
}

describe('a queue as a store', () => {
  it('holds each batch once, with its id, for later', async () => {
    const { queue } = await store(6, spillToQueue('SPILLED', { delaySeconds: 7 }))
    expect(queue.pending).toBe(0)
    expect(stored.reduce((sum, { message }) => sum + message.count, 0)).toBe(6)
    expect(stored[0]).toMatchObject({
      message: {
        otlp: 'spilled',
        scope: 'shop/collector/0/traces',
        contentType: 'application/json',
        id: expect.stringMatching(/^1700000000\d{3}-/),
        body: expect.any(Uint8Array),
      },
      options: { contentType: 'v8', delaySeconds: 7 },
    })
    expect(stored.every(({ message }) => isSpilled({ body: message }))).toBe(true)
  })

  it('is given no more than a message holds, compressed; what is larger stays in memory', async () => {
    const compressible = ' '.repeat(1_000_000)
    await store(4, spillToQueue('SPILLED'), compressible)
    expect(stored[0]?.message.isGzipped).toBe(true)
    expect(stored[0]?.message.body.length).toBeLessThan(127_000)

    stored.length = 0
    const noise = Array.from({ length: 40_000 }, () => Math.random().toString(36)).join(' ')
    const isolate = startIsolate(spillToQueue('SPILLED'), new Receiver(), env)
    isolate.queue.add(1, 1)
    const { sealed } = isolate.queue.take(Date.now()) as { sealed: object }
    isolate.queue.counts.consecutiveFailures = 9
    isolate.receiver.outcome = AWAY
    const outcome = await isolate.queue.exporter.export(
      Object.assign(sealed, { body: JSON.stringify([noise]) }) as never,
      env,
    )
    expect([outcome.kind, stored.length]).toEqual(['retry', 0])
  })
})

describe('its consumer', () => {
  it('sends every batch as it was, with its key, oldest first', async () => {
    await store(9, spillToQueue('SPILLED'), ' '.repeat(2000))
    const keys: (string | null)[] = []
    const { bodies, options } = consumer((_body, headers) => {
      keys.push(headers.get('idempotency-key'))
      return 200
    })
    const messages = stored.map(({ message }) => delivered(message)).reverse()
    await drainQueue({ messages }, env, options)
    expect(bodies.flatMap((body) => JSON.parse(body))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(keys).toEqual(stored.map(({ message }) => message.id))
    expect(messages.map(({ fate }) => fate)).toEqual(messages.map(() => ['ack']))
  })

  it('leaves what the receiver does not take for later, and later still', async () => {
    await store(12, spillToQueue('SPILLED'))
    const { bodies, options } = consumer(() => (bodies.length > 2 ? 503 : 200))
    const messages = stored.map(({ message }, i) => delivered(message, i))
    await drainQueue({ messages }, env, options)
    expect(messages.slice(0, 2).map(({ fate }) => fate)).toEqual([['ack'], ['ack']])
    // One attempt for all that are left.
    expect(bodies).toHaveLength(3)
    expect(messages.slice(2).map(({ fate }) => fate)).toEqual(
      messages.slice(2).map(({ attempts }) => [{ delaySeconds: 60 * attempts }]),
    )
  })

  it('is done with what is refused, or too old', async () => {
    await store(4, spillToQueue('SPILLED'))
    const { options } = consumer(() => 400)
    const messages = stored.map(({ message }) => delivered(message))
    await drainQueue({ messages }, env, options)
    expect(new Set(messages.flatMap(({ fate }) => fate))).toEqual(new Set(['ack']))

    await vi.advanceTimersByTimeAsync(86_400_001)
    const late = consumer(() => 200)
    const again = stored.map(({ message }) => delivered(message))
    await drainQueue({ messages: again }, env, late.options)
    expect([late.bodies, new Set(again.flatMap(({ fate }) => fate))]).toEqual([
      [],
      new Set(['ack']),
    ])
  })

  it('leaves messages of others alone', async () => {
    const { bodies, options } = consumer(() => 200)
    const messages = [delivered({ order: 7 }), delivered(null), delivered('spilled')]
    await drainQueue({ messages }, env, options)
    expect([messages.flatMap(({ fate }) => fate), bodies]).toEqual([[], []])
    expect(messages.some(isSpilled)).toBe(false)
  })

  it('keeps what it signed for a destination that is gone', async () => {
    await store(4, spillToQueue('SPILLED'), '', { scope: 'shop/elsewhere/0/traces' })
    const { bodies, options } = consumer(() => 200)
    const messages = stored.map(({ message }) => delivered(message))
    expect(await drainQueue({ messages }, env, options)).toEqual([])
    expect([messages[0]?.fate, bodies]).toEqual([[{ delaySeconds: 60 }], []])
  })

  it('returns what it did not sign, whatever of ours it looks like, and sends none of it', async () => {
    await store(4, spillToQueue('SPILLED'))
    const genuine = stored[0]?.message as SpilledMessage
    const { id, body, ...rest } = genuine
    const forged = [
      JSON.parse(JSON.stringify({ ...genuine, body: '{"resourceSpans":[]}' })),
      { ...genuine, body: new TextEncoder().encode('[66]') },
      { ...genuine, body: body.slice(0, -1) },
      { ...genuine, id: id.replace('1', '2') },
      { ...genuine, contentType: 'text/html' },
      { ...genuine, count: genuine.count + 1 },
      { ...genuine, isGzipped: !genuine.isGzipped },
      { ...genuine, scope: 'shop/collector/0/logs' },
      { ...genuine, scope: 'other' },
      { ...genuine, mac: '0'.repeat(64) },
      { ...genuine, mac: undefined },
      { ...rest, body },
      { otlp: 'spilled', id, scope: genuine.scope, body, contentType: 'a', count: 1 },
    ]
    const { bodies, options } = consumer(() => 200)
    const messages = [...forged, genuine].map((message) => delivered(message))
    const [ours, ...others] = messages.toReversed()
    const left = await drainQueue({ messages }, env, options)
    expect(left).toEqual(others.toReversed())
    expect(others.flatMap(({ fate }) => fate)).toEqual([])
    expect([ours?.fate, bodies.length]).toEqual([['ack'], 1])
  })

  it('sends nothing that was signed with the credentials of somebody else', async () => {
    await store(4, spillToQueue('SPILLED'), '', { secrets: ['x-own: no\n'] })
    const { bodies, options } = consumer(() => 200)
    const messages = stored.map(({ message }) => delivered(message))
    expect(await drainQueue({ messages }, env, options)).toEqual(messages)
    expect(bodies).toEqual([])
  })
})
