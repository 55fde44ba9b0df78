import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'
import { binary, close, exchange, frame, text } from './sockets/raw-client.ts'

const WAIT_MS = 15_000

/** Objects are put to sleep after ten seconds. */
const SLEEP_MS = 12_000

let sink: Sink
let worker: RunningWorker

const object = (exportName: string) => ({
  type: 'durable-object' as const,
  worker: 'worker',
  exportName,
})
const stored = { type: 'durable-object' as const, storage: 'sqlite' as const }

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('../workerd/sockets-worker/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: {
      PLAIN: object('Plain'),
      ROOM: object('Room'),
      SILENT: object('Silent'),
      PLAIN_SILENT: object('PlainSilent'),
      LATE: object('Late'),
    },
    settings: {
      exports: {
        Plain: stored,
        Room: stored,
        Silent: stored,
        PlainSilent: stored,
        Late: stored,
      },
    },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

beforeEach(() => sink.clear())

/** A client's end, which hears one answer for each message. */
class Talk {
  readonly socket: WebSocket
  readonly closed: Promise<unknown>
  readonly #heard: unknown[] = []
  #wake: (() => void) | undefined

  constructor(path: string) {
    this.socket = new WebSocket(worker.url.replace('http', 'ws') + path)
    this.socket.binaryType = 'arraybuffer'
    this.socket.onmessage = ({ data }) => {
      this.#heard.push(data)
      this.#wake?.()
    }
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean])
    })
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open')
    return this
  }

  async ask(message: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
    this.socket.send(message)
    return this.next()
  }

  async next(): Promise<unknown> {
    while (!this.#heard.length) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#heard.shift()
  }
}

const talkTo = async (path: string): Promise<Talk> => new Talk(path).opened()

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const spanNamed = async (name: string) => {
  await sink.waitFor(() => sink.spans().some((span) => span.name === name), WAIT_MS)
  return sink.spans().filter((span) => span.name === name)
}

const total = (name: string, direction?: string): number =>
  sink
    .metrics()
    .filter((metric) => metric.name === name)
    .flatMap(({ points }) => points)
    .filter(({ attributes }) => !direction || attributes['network.io.direction'] === direction)
    .reduce((sum, { value = 0 }) => sum + Number(value), 0)

it('a connection that its object slept through is one span, with all that went over it', async () => {
  const talk = await talkTo('/room/object/sleeper/socket')
  const born = await talk.ask('born')
  await talk.ask('attach {"user":"Ada"}')
  await talk.ask(new Uint8Array(3))
  await sleep(SLEEP_MS)
  expect(await talk.ask('born')).not.toBe(born)
  expect(await talk.ask('seen')).toBe('[{"user":"Ada"}]')
  expect(await talk.ask('attached')).toBe('["object",{"user":"Ada"}]')
  await sleep(SLEEP_MS)
  expect(await talk.ask('seen')).toBe('[{"user":"Ada"}]')
  talk.socket.close(4002, 'bye')
  expect(await talk.closed).toEqual([4002, 'answer to bye', true])

  const connections = await spanNamed('websocket Room')
  expect(connections).toHaveLength(1)
  const upgrades = sink.spans().filter(({ name }) => name === 'GET')
  expect(connections[0]).toMatchObject({
    traceId: upgrades[0]?.traceId,
    parentSpanId: upgrades[0]?.spanId,
    attributes: {
      'hono.websocket.received.messages': 7,
      'hono.websocket.sent.messages': 7,
      'hono.websocket.received.bytes': 4 + 21 + 3 + 4 + 4 + 8 + 4,
      'hono.websocket.close.code': 4002,
      'hono.websocket.close.reason': 'bye',
    },
  })
  const [connection] = connections
  expect(
    Number((connection?.endTimeUnixNano ?? 0n) - (connection?.startTimeUnixNano ?? 0n)) / 1e6,
  ).toBeGreaterThan(2 * SLEEP_MS)
  const messages = await spanNamed('webSocketMessage Room')
  expect(messages).toHaveLength(7)
  expect(new Set(messages.map(({ traceId }) => traceId)).size).toBe(7)
  for (const { links, parentSpanId } of messages) {
    expect(parentSpanId).toBe('')
    expect(links.map(({ spanId }) => spanId)).toEqual([connection?.spanId])
  }
  await sink.waitFor(() => total('hono.websocket.messages', 'transmit') === 7)
  expect(total('hono.websocket.messages', 'receive')).toBe(7)
  const open = (): number[] =>
    sink
      .metrics()
      .filter(({ name }) => name === 'hono.websocket.connections')
      .flatMap(({ points }) => points.map(({ value }) => Number(value)))
  expect(open()[0]).toBe(1)
  await sink.waitFor(() => open().at(-1) === 0, WAIT_MS)
})

it('handlers that nobody instruments see what they have attached, and its connection is not lost', async () => {
  const talk = await talkTo('/late/object/sleeper/socket')
  const born = await talk.ask('born')
  expect(await talk.ask('attach {"user":"Ada"}')).toBe('{"user":"Ada"}')
  await sleep(SLEEP_MS)
  expect(await talk.ask('born')).not.toBe(born)
  expect(await talk.ask('attached')).toBe('{"user":"Ada"}')
  expect(await talk.ask('attach {"user":"Bo"}')).toBe('{"user":"Bo"}')
  expect(await talk.ask('look')).toBe('{"user":"Bo"}')
  await sleep(SLEEP_MS)
  expect(await talk.ask('attached')).toBe('{"user":"Bo"}')
  talk.socket.close(1000)
  const [connection] = await spanNamed('websocket Late')
  const durationNs = (connection?.endTimeUnixNano ?? 0n) - (connection?.startTimeUnixNano ?? 0n)
  expect(Number(durationNs) / 1e6).toBeGreaterThan(2 * SLEEP_MS)
})

/** What a client sees, with us or without. */
const script = async (path: string, messages: readonly (string | Uint8Array<ArrayBuffer>)[]) => {
  const talk = await talkTo(path)
  const seen: unknown[] = []
  for (const message of messages) {
    const answer = await talk.ask(message)
    seen.push(answer instanceof ArrayBuffer ? [...new Uint8Array(answer)] : answer)
  }
  return { talk, seen }
}

describe('an object is the same with us and without', () => {
  it.each([
    ['nothing attached', ['attached', 'seen', 'tags', 'same', 'count', 'attached-again']],
    ['attached before it was accepted', ['attached', 'attach 7', 'attached'], '?before=1'],
    [
      'values of any kind',
      ['attach null', 'attached', 'attach-date', 'attached', 'attach {"a":[1]}', 'attached'],
    ],
    [
      'undefined, or nothing at all',
      ['attach 1', 'attach-undefined', 'attached', 'attach-nothing', 'attached'],
    ],
    ['what cannot be cloned', ['attach 1', 'attach-function', 'attached']],
    ['what looks like ours', ['attach-forged', 'attached', 'attach 2', 'attached']],
    [
      'as much as there is room for',
      ['attach-bytes 16300', 'attached', 'attach-bytes 16380', 'attached', 'attach 3', 'attached'],
    ],
    ['too much', ['attach 1', 'attach-bytes 20000', 'attached']],
    ['names of methods', ['names']],
    ['binary messages', [new Uint8Array([1, 2, 3]), new Uint8Array(0)]],
    ['a handler that fails', ['throw', 'count']],
  ] as [string, (string | Uint8Array<ArrayBuffer>)[], string?][])(
    '%s',
    async (name, messages, query = '') => {
      const id = encodeURIComponent(name)
      const plain = await script(`/plain/object/${id}/socket${query}`, messages)
      const ours = await script(`/room/object/${id}/socket${query}`, messages)
      expect(ours.seen).toEqual(plain.seen)
      for (const { talk } of [plain, ours]) {
        talk.socket.close(3456, 'over')
      }
      expect(await ours.talk.closed).toEqual(await plain.talk.closed)
    },
  )

  it.each(['close 1000', 'close 4999', 'close 1001', 'close 7'])(
    'that says %s',
    async (command) => {
      const plain = await talkTo('/plain/object/closing/socket')
      const ours = await talkTo('/room/object/closing/socket')
      for (const { socket } of [plain, ours]) {
        socket.send(command)
        socket.send('close 1000')
      }
      expect(await ours.closed).toEqual(await plain.closed)
    },
  )

  it('that hears nothing of the end, of which its connection tells all the same', async () => {
    const plain = await talkTo('/plain-silent/object/a/socket')
    const ours = await talkTo('/silent/object/a/socket')
    for (const talk of [plain, ours]) {
      expect(await talk.ask('hello')).toBe('hello')
      talk.socket.close(3456, 'over')
    }
    expect(await ours.closed).toEqual(await plain.closed)
    const [connection] = await spanNamed('websocket Silent')
    expect(connection?.attributes).toMatchObject({
      'hono.websocket.close.code': 3456,
      'hono.websocket.received.messages': 1,
      'hono.websocket.sent.messages': 1,
    })
  })
})

it('what an object sends to all its sockets is counted with each', async () => {
  const first = await talkTo('/room/object/all/socket')
  const second = await talkTo('/room/object/all/socket')
  await (await fetch(`${worker.url}/room/object/all/broadcast`)).text()
  expect([await first.next(), await second.next()]).toEqual(['to all', 'to all'])
  first.socket.close(1000)
  second.socket.close(1000)
  await sink.waitFor(
    () => sink.spans().filter(({ name }) => name === 'websocket Room').length === 2,
    WAIT_MS,
  )
  for (const { attributes } of await spanNamed('websocket Room')) {
    expect(attributes['hono.websocket.sent.messages']).toBe(1)
    expect(attributes['hono.websocket.sent.bytes']).toBe(6)
  }
})

it('a handler of an object that fails marks the connection, and its own span', async () => {
  const talk = await talkTo('/room/object/failing/socket')
  await talk.ask('throw')
  talk.socket.close(1000)
  const [connection] = await spanNamed('websocket Room')
  expect(connection?.attributes).toMatchObject({
    'error.type': 'RangeError',
    'hono.websocket.failures': 1,
  })
  const [message] = await spanNamed('webSocketMessage Room')
  expect(message?.status.code).toBe(2)
})

const CONVERSATIONS: Record<string, readonly Buffer[]> = {
  'text and binary': [text('hello'), text('grüß'), binary(1, 2, 3), close(1000)],
  'an order of listeners': [text('hello'), text('order'), text('order'), close(1000)],
  'a close with a code and a reason': [text('hello'), close(4001, 'bye')],
  'a close by the server': [text('close'), close(4001)],
  'a listener that throws': [text('throw'), text('hello'), close(1000)],
  'a ping': [frame(9, 'ping'), text('hello'), close(1000)],
  'a client that hangs up': [text('hello')],
}

describe.each(['raw', 'hono'])('a socket of a Worker, %s', (kind) => {
  it.each(Object.keys(CONVERSATIONS))('%s: byte for byte as without us', async (name) => {
    const frames = CONVERSATIONS[name] as Buffer[]
    const plain = await exchange(worker.url, `/plain/${kind}`, frames)
    expect(await exchange(worker.url, `/observed/${kind}`, frames)).toBe(plain)
    expect(plain).toContain('101 Switching Protocols')
    const [connection] = await spanNamed(`websocket /observed/${kind}`)
    if (name.includes('throws')) {
      // Workers drop the connection.
      expect(connection?.attributes).toMatchObject({
        'error.type': 'RangeError',
        'hono.websocket.failures': 1,
      })
      expect(connection?.status.code).toBe(2)
      const [message] = await spanNamed(`message /observed/${kind}`)
      expect(message?.status).toEqual({ code: 2, message: 'cannot hear' })
      await sink.waitFor(
        () =>
          sink
            .logRecords()
            .some(({ body }) => body === `handler of websocket /observed/${kind} failed`),
        40_000,
      )
    } else {
      expect(connection?.attributes['hono.websocket.close.code']).toEqual(expect.any(Number))
      expect(connection?.status.code).toBe(0)
    }
  })
})
