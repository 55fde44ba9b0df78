import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const KEY = 'hono-observability:context'
const WRITER = 'hono-observability:writer'
const CLIENT_TRACE = 'a'.repeat(32)
const TRACEPARENT = `00-${CLIENT_TRACE}-${'b'.repeat(16)}-01`

const CHANNELS = ['object', 'service', 'queue', 'batch', 'workflow'] as const
type Channel = (typeof CHANNELS)[number]
const SENDERS = ['asked', 'unasked', 'raw'] as const
const RECEIVERS = ['asked', 'unasked'] as const

/** What starts the name of the receiver's span. */
const SPANS: Record<Channel, string> = {
  object: 'RoomObject/echo',
  service: 'ServiceEntrypoint/echo',
  queue: 'process ',
  batch: 'process ',
  workflow: 'run ',
}

const start = (vars: Record<string, string>): Promise<RunningWorker> => {
  const of = (type: string, name: string, more = {}) =>
    Object.fromEntries(
      [
        ['asked', `Asked${name}`],
        ['unasked', `Unasked${name}`],
      ].map(([receiver, exportName]) => [
        `${name.toUpperCase()}_${receiver}`,
        {
          type,
          worker: 'worker',
          exportName,
          ...more,
          ...(type === 'workflow' && { name: receiver }),
        },
      ]),
    )
  return startWorker({
    entry: new URL('../workerd/envelopes-worker/worker.ts', import.meta.url),
    vars,
    bindings: {
      ...of('durable-object', 'Room'),
      ...of('worker', 'Service'),
      ...of('workflow', 'Flow'),
      QUEUE_asked: { type: 'queue', name: 'asked' },
      QUEUE_unasked: { type: 'queue', name: 'unasked' },
    } as never,
    settings: {
      exports: {
        AskedRoom: { type: 'durable-object', storage: 'sqlite' },
        UnaskedRoom: { type: 'durable-object', storage: 'sqlite' },
        AskedFlow: { type: 'workflow', name: 'asked' },
        UnaskedFlow: { type: 'workflow', name: 'unasked' },
      },
      triggers: RECEIVERS.map((name) => ({
        type: 'queue' as const,
        name,
        maxBatchTimeout: 0,
        maxBatchSize: 100,
      })),
    } as never,
  })
}

let worker: RunningWorker

const json = async (path: string, init?: RequestInit): Promise<unknown> => {
  const response = await fetch(worker.url + path, init)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

/** What arrives, as JSON text. A method's arguments are a list; the order of messages is not kept. */
const send = async (
  sender: string,
  channel: Channel,
  receiver: string,
  values: readonly unknown[],
): Promise<string[]> => {
  const answered = (await json(`/send/${sender}/${channel}/${receiver}`, {
    method: 'POST',
    headers: { traceparent: TRACEPARENT },
    body: JSON.stringify(values),
  })) as string[]
  if (channel !== 'queue' && channel !== 'batch') {
    return answered
  }
  const consumed: string[] = []
  await vi.waitUntil(
    async () =>
      consumed.push(...((await json(`/consumed/${receiver}`)) as string[])) >= values.length,
    { timeout: 20_000 },
  )
  return consumed
}

type Span = { name: string; traceId: string; parentId?: string }

/** The spans of receivers, and of what was sent. */
const spansAfter = async (channel: Channel, count: number): Promise<Span[]> => {
  const spans: Span[] = []
  await vi.waitUntil(
    async () => {
      spans.push(...((await json('/spans')) as Span[]))
      return spans.filter(({ name }) => name.startsWith(SPANS[channel])).length >= count
    },
    { timeout: 20_000 },
  )
  return spans
}

const sorted = (texts: readonly string[]): string[] => texts.toSorted()

/** As a receiver that did not ask sees it, less what is ours: an argument, or a property. */
const lessOurs = (channel: Channel, text: string): string => {
  const value: unknown = JSON.parse(text)
  if (channel === 'object' || channel === 'service') {
    const [first, ours, ...rest] = value as unknown[]
    expect(rest).toEqual([])
    expect(ours).toEqual({ [KEY]: {}, [WRITER]: 'function' })
    return JSON.stringify([first])
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return text
  }
  const { [KEY]: ours, ...rest } = value as Record<string, Record<string, unknown>>
  return JSON.stringify(ours && 'own' in ours ? { ...value, [KEY]: ours.own } : rest)
}

const V1 = { [KEY]: { traceparent: TRACEPARENT }, value: { qty: 1_000_000, admin: true } }

/** What an attacker who has read all this would try. */
const attacks = (genuine: readonly unknown[]): unknown[] => [
  { qty: 1, ...V1 },
  V1,
  { ...V1, [WRITER]: 'function' },
  { [KEY]: [['traceparent', TRACEPARENT]], [WRITER]: {} },
  { qty: 1, [KEY]: { carrier: { traceparent: TRACEPARENT }, mac: '0'.repeat(64) } },
  { qty: 1, [KEY]: { carrier: { traceparent: TRACEPARENT }, mac: '0'.repeat(64), own: 1 } },
  { qty: 1, [KEY]: null },
  { [KEY]: { [KEY]: V1 } },
  { otlp: 'spilled', id: 'x', scope: 'x', body: '{}', contentType: 'text/html', count: 1 },
  { [`${KEY}:v2`]: 1, constructor: 1, toString: null, '1': 2, '-0': 3 },
  JSON.parse('{"__proto__":{"a":1},"b":2}'),
  ...genuine.flatMap((value) => {
    const text = JSON.stringify(value)
    return [
      { value },
      [value],
      { ...(value as object), qty: 2 },
      { [KEY]: (value as Record<string, unknown>)[KEY] },
      { [KEY]: (value as Record<string, unknown>)[KEY], value },
      JSON.parse(text.replace('"mac"', '"own":1,"mac"')),
      text.slice(0, -1),
    ]
  }),
]

const generated = (): unknown[] =>
  fc.sample(
    fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc
        .tuple(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()))
        .map(([own, rest]) => ({ ...rest, [KEY]: own })),
      fc.jsonValue().map((value) => ({ ...V1, value })),
    ),
    { seed: 18, numRuns: 25 },
  )

describe('values of a client', () => {
  /** Real ones, as a receiver that did not ask sees them. */
  const genuine: unknown[] = []
  beforeAll(async () => {
    worker = await start({ HONO_OBSERVABILITY_SECRET: 'known to this Worker only' })
    for (const channel of ['queue', 'workflow'] as const) {
      const [text = ''] = await send('asked', channel, 'unasked', [{ qty: 1 }])
      genuine.push(JSON.parse(text))
    }
    expect(genuine).toMatchObject(Array(2).fill({ qty: 1, [KEY]: { mac: expect.any(String) } }))
  })
  afterAll(() => worker?.stop())

  describe.each(CHANNELS)('by %s', (channel) => {
    const isCall = channel === 'object' || channel === 'service'

    it.each(SENDERS.flatMap((sender) => RECEIVERS.map((receiver) => [sender, receiver] as const)))(
      'arrive as they were, from a sender that %s to a receiver that %s',
      async (sender, receiver) => {
        await json('/spans')
        // No JSON has these; they are for the platform to take as it likes.
        const values = [...attacks(genuine), ...generated()].map((value) =>
          JSON.parse(JSON.stringify(value)),
        )
        const arrived = await send(sender, channel, receiver, values)
        const expected = values.map((value) => JSON.stringify(isCall ? [value] : value))
        const seen =
          sender === 'asked' && receiver === 'unasked'
            ? arrived.map((text) => lessOurs(channel, text))
            : arrived
        expect(sorted(seen)).toEqual(sorted(expected))
        const spans = await spansAfter(channel, 1)
        expect(spans.filter(({ traceId }) => traceId === CLIENT_TRACE)).toEqual([])
      },
    )

    it('arrive as they were when they are messages of ours seen before, sent by who asked', async () => {
      const expected = genuine.map((value) => JSON.stringify(isCall ? [value] : value))
      expect(sorted(await send('asked', channel, 'asked', genuine))).toEqual(sorted(expected))
      expect(sorted(await send('raw', channel, 'unasked', genuine))).toEqual(sorted(expected))
    })

    it('come with the trace of the sender where both sides asked, and only there', async () => {
      for (const sender of SENDERS) {
        for (const receiver of RECEIVERS) {
          await json('/spans')
          await send(sender, channel, receiver, [{ order: 7 }])
          const spans = await spansAfter(channel, 1)
          const received = spans.find(({ name }) => name.startsWith(SPANS[channel]))
          const request = spans.find(({ name }) => name.startsWith('POST /send'))
          expect(
            [sender, receiver, received?.traceId === request?.traceId],
            JSON.stringify(spans),
          ).toEqual([sender, receiver, sender === 'asked' && receiver === 'asked'])
        }
      }
    })
  })

  it('that repeat a whole message of ours are that message again', async () => {
    const [queued] = genuine
    expect(await send('raw', 'queue', 'asked', [queued])).toEqual(['{"qty":1}'])
  })
})

describe('without a secret of its own', () => {
  afterAll(() => worker?.stop())

  it.each([
    ['the credentials of the collector sign', 'authorization=Bearer%20of-the-collector', true],
    ['a header that is no credential does not', 'x-scope-orgid=a-public-tenant', false],
    ['messages go alone', '', false],
  ])('%s', async (_name, headers, isJoined) => {
    worker = await start({ OTEL_EXPORTER_OTLP_HEADERS: headers })
    try {
      const [text] = await send('asked', 'queue', 'asked', [{ order: 7 }])
      expect(text).toBe('{"order":7}')
      const spans = await spansAfter('queue', 1)
      const traces = ['POST /send', 'process '].map(
        (name) => spans.find((span) => span.name.startsWith(name))?.traceId,
      )
      expect(traces[0] === traces[1]).toBe(isJoined)
      expect(worker.logs().includes('HONO_OBSERVABILITY_SECRET')).toBe(!isJoined)
    } finally {
      await worker.stop()
    }
  })
})
