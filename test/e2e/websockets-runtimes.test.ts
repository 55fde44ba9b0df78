import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningServer, type ServerRuntime, startServer } from './runtimes/start-server.ts'
import { binary, close, exchange, frame, text } from './sockets/raw-client.ts'

const ENTRY = new URL('sockets/server.ts', import.meta.url).pathname
const WAIT_MS = 10_000

const CONVERSATIONS: Record<string, readonly Buffer[]> = {
  'text and binary': [text('hello'), text('grüß'), binary(1, 2, 3), close(1000)],
  'a close with a code and a reason': [text('hello'), close(4001, 'bye')],
  'a close by the server': [text('close 4002'), close(4002)],
  'what the server may not close with': [text('close 7'), text('hello'), close(1000)],
  'an order of events': [text('hello'), text('order'), close(1000)],
  'what is known of a socket': [text('facts'), close(1000)],
  'spans of the app': [text('span'), text('later'), close(1000)],
  'a handler that throws': [text('throw'), text('hello'), close(1000)],
  'a handler that rejects': [text('reject'), text('hello'), close(1000)],
  'a ping': [frame(9, 'ping'), text('hello'), close(1000)],
  'a client that hangs up': [text('hello')],
}

describe.each(['node', 'deno', 'bun'] as const)('on %s', (runtime: ServerRuntime) => {
  let sink: Sink
  let server: RunningServer

  beforeAll(async () => {
    sink = await startSink()
    server = await startServer(
      runtime,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
        OTEL_METRIC_EXPORT_INTERVAL: '200',
        OTEL_BLRP_SCHEDULE_DELAY: '100',
      },
      ENTRY,
    )
  })
  afterAll(async () => {
    server?.kill('SIGKILL')
    await sink?.close()
  })
  beforeEach(() => sink.clear())

  const spansOf = async (...names: string[]) => {
    await sink.waitFor(
      () => names.every((name) => sink.spans().some((span) => span.name === name)),
      WAIT_MS,
    )
    return names.map(
      (name) =>
        sink.spans().find((span) => span.name === name) as never as ReturnType<
          Sink['spans']
        >[number],
    )
  }

  it.each(Object.keys(CONVERSATIONS))('%s: byte for byte as without us', async (name) => {
    const frames = CONVERSATIONS[name] as Buffer[]
    const talk = async (path: string) => {
      const from = server.stdout().length
      const heard = await exchange(server.url, path, frames)
      // Its close is told a while after.
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { heard, stdout: server.stdout().slice(from) }
    }
    for (const route of ['chat/a', 'async/a']) {
      const plain = await talk(`/plain/${route}`)
      expect(await talk(`/observed/${route}`)).toEqual(plain)
      expect(plain.heard).toContain('101')
      expect(plain.stdout).toContain('closed')
    }
  })

  const itOnDeno = runtime === 'deno' ? it : (): void => {}

  itOnDeno('a raw socket of Deno is as without us', async () => {
    for (const frames of [
      [text('hello'), binary(7), text('facts'), close(4001, 'bye')],
      [text('close'), close(4001)],
    ]) {
      const plain = await exchange(server.url, '/plain/raw', frames)
      expect(await exchange(server.url, '/observed/raw', frames)).toBe(plain)
      expect(plain).toContain('101')
    }
    const [connection] = await spansOf('websocket /observed/raw')
    expect(connection?.attributes).toMatchObject({ 'hono.websocket.sent.messages': 3 })
  })

  it('an upgrade is a 101, and its connection one span with what went over it', async () => {
    await exchange(server.url, '/observed/chat/b', [
      text('grüß'),
      binary(1, 2),
      close(4001, 'token=sk-live-0123456789abcdef0123'),
    ])
    const [connection, upgrade, closing] = await spansOf(
      'websocket /observed/chat/:room',
      'GET /observed/chat/:room',
      'close /observed/chat/:room',
    )
    expect(upgrade?.attributes['http.response.status_code']).toBe(101)
    expect(upgrade?.status.code).toBe(0)
    expect([connection?.traceId, connection?.parentSpanId]).toEqual([
      upgrade?.traceId,
      upgrade?.spanId,
    ])
    expect(connection?.attributes).toMatchObject({
      'network.protocol.name': 'websocket',
      'http.route': '/observed/chat/:room',
      'hono.websocket.received.messages': 2,
      'hono.websocket.received.bytes': 8,
      'hono.websocket.sent.messages': 3,
      'hono.websocket.sent.bytes': 15,
      'hono.websocket.close.code': 4001,
      'hono.websocket.close.reason': 'token=[REDACTED]',
    })
    // The adapters of Bun and Node do not know.
    expect(connection?.attributes['hono.websocket.close.clean']).toBe(
      runtime === 'deno' ? true : undefined,
    )
    expect(closing?.parentSpanId).toBe(connection?.spanId)
    const goodbyes = sink.spans().filter(({ name }) => name === 'said goodbye')
    expect(goodbyes.map(({ parentSpanId }) => parentSpanId)).toContain(closing?.spanId)
    await sink.waitFor(
      () => sink.logRecords().some(({ body }) => body === 'websocket /observed/chat/:room 4001'),
      WAIT_MS,
    )
  })

  it('an upgrade is counted and has its line, and leaves no request active', async () => {
    await exchange(server.url, '/observed/chat/f', [text('hello'), close(1000)])
    const route = '/observed/chat/:room'
    const points = (name: string) =>
      sink
        .metrics()
        .filter((metric) => metric.name === name)
        .flatMap(({ points }) => points)
    await sink.waitFor(
      () => sink.logRecords().some(({ body }) => body === `GET ${route} 101`),
      WAIT_MS,
    )
    await sink.waitFor(
      () =>
        points('http.server.request.duration').some(
          ({ attributes }) =>
            attributes['http.route'] === route && attributes['http.response.status_code'] === 101,
        ),
      WAIT_MS,
    )
    sink.clear()
    await sink.waitFor(() => points('http.server.active_requests').length > 0, WAIT_MS)
    expect(points('http.server.active_requests').map(({ value }) => Number(value))).not.toContain(1)
    expect(server.stderr()).not.toContain('internal fault')
  })

  it('what a message records is in a trace of its own, linked to the connection', async () => {
    await exchange(server.url, '/observed/chat/c', [
      text('span'),
      text('hello'),
      text('later'),
      close(1000),
    ])
    const [connection, message, work, later] = await spansOf(
      'websocket /observed/chat/:room',
      'message /observed/chat/:room',
      'work of a message',
      'later work',
    )
    const messages = sink.spans().filter(({ name }) => name === 'message /observed/chat/:room')
    // `hello` records nothing.
    expect(messages).toHaveLength(2)
    expect(message?.parentSpanId).toBe('')
    expect(message?.traceId).not.toBe(connection?.traceId)
    expect(message?.links).toMatchObject([
      { traceId: connection?.traceId, spanId: connection?.spanId },
    ])
    expect(work).toMatchObject({ traceId: message?.traceId, parentSpanId: message?.spanId })
    expect(messages.map(({ spanId }) => spanId)).toContain(later?.parentSpanId)
    await sink.waitFor(() => sink.logRecords().some(({ body }) => body === 'heard'), WAIT_MS)
    expect(sink.logRecords().find(({ body }) => body === 'heard')?.traceId).toBe(message?.traceId)
  })

  it('with `spans`, each message is one', async () => {
    await exchange(server.url, '/observed/spans/c', [text('hello'), binary(7), close(1000)])
    const [connection] = await spansOf('websocket /observed/spans/:room')
    await sink.waitFor(
      () =>
        sink.spans().filter(({ name }) => name === 'message /observed/spans/:room').length === 2,
      WAIT_MS,
    )
    expect(connection?.events).toEqual([])
  })

  it.each(['throw', 'reject'])(
    'a handler that says %s leaves an error: span, line, connection',
    async (command) => {
      await exchange(server.url, '/observed/chat/d', [text(command), close(1000)])
      const [connection, message] = await spansOf(
        'websocket /observed/chat/:room',
        'message /observed/chat/:room',
      )
      expect(message?.status.code).toBe(2)
      expect(message?.attributes['error.type']).toBe('RangeError')
      expect(connection?.attributes).toMatchObject({ 'error.type': 'RangeError' })
      await sink.waitFor(
        () =>
          sink
            .logRecords()
            .some(({ body }) => body === 'handler of websocket /observed/chat/:room failed'),
        WAIT_MS,
      )
    },
  )

  it('what is no upgrade is none', async () => {
    const answered = await fetch(`${server.url}/observed/refused`)
    expect([answered.status, await answered.text()]).toEqual([426, 'no socket'])
    const [request] = await spansOf('GET /observed/refused')
    expect(request?.attributes['http.response.status_code']).toBe(426)
    expect(sink.spans().filter(({ name }) => name.startsWith('websocket'))).toEqual([])
  })

  it('what is open, and what went by, adds up', async () => {
    const route = '/observed/count/:room'
    const pointsOf = (name: string) =>
      sink
        .metrics()
        .filter((metric) => metric.name === name)
        .flatMap(({ points }) => points)
        .filter(({ attributes }) => attributes['http.route'] === route)
    const last = (name: string, direction?: string) =>
      pointsOf(name)
        .filter(({ attributes }) => attributes['network.io.direction'] === direction)
        .at(-1)
    const talks = Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        exchange(server.url, '/observed/count/e', [
          text('a'),
          text('ü'),
          // For so long that it is seen by what is sent every 200 ms.
          ...Array.from({ length: 20 }, () => frame(9, '')),
          ...(i % 2 ? [] : [close(1000)]),
        ]),
      ),
    )
    await sink.waitFor(() => Number(last('hono.websocket.connections')?.value) === 20, WAIT_MS)
    await talks
    await sink.waitFor(() => Number(last('hono.websocket.connections')?.value) === 0, WAIT_MS)
    sink.clear()
    await sink.waitFor(() => last('hono.websocket.io', 'transmit') !== undefined, WAIT_MS)
    const told = ['receive', 'transmit'].map((direction) => [
      Number(last('hono.websocket.messages', direction)?.value),
      Number(last('hono.websocket.io', direction)?.value),
    ])
    expect(told).toEqual([
      [40, 60],
      [60, 200],
    ])
    const durations = pointsOf('hono.websocket.connection.duration')
    const counts = new Map(
      durations.map(({ attributes, count }) => [JSON.stringify(attributes), Number(count)]),
    )
    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(20)
  })
})
