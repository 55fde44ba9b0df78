import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { log, observability, withSpan } from 'hono-observability'
import {
  observeUpgrade,
  observeWebSocket,
  type WebSocketSettings,
} from 'hono-observability/websocket'
import { beforeEach, expect, it } from 'vitest'
import { Capture, type ExportedSpan } from './support.ts'

// Each test has telemetry of its own.
beforeEach(() => metrics.disable())

const asked = { headers: { Upgrade: 'websocket' } }

type Accepted = WebSocket & { accept(): void }

/** The end of an upgraded connection that a client has. */
const connect = async (app: Hono, path: string): Promise<Accepted> => {
  const executionCtx = createExecutionContext()
  const response = await app.fetch(new Request(`http://x.test${path}`, asked), {}, executionCtx)
  await waitOnExecutionContext(executionCtx)
  expect(response.status).toBe(101)
  const { webSocket } = response as Response & { webSocket: Accepted }
  webSocket.accept()
  return webSocket
}

const say = async (socket: WebSocket, data: string | ArrayBuffer): Promise<unknown> => {
  const answered = new Promise<unknown>((resolve) => {
    socket.addEventListener('message', (event) => resolve(event.data), { once: true })
  })
  socket.send(data)
  return answered
}

const answer = (data: unknown): string | ArrayBuffer => {
  if (data === 'span') {
    withSpan('work', () => log.info('heard'))
  }
  if (data === 'fail') {
    throw new RangeError('cannot hear')
  }
  return typeof data === 'string' ? `grüß ${data}` : new ArrayBuffer(5)
}

const talking = (
  capture: Capture,
  settings: WebSocketSettings = {},
  lines: Record<string, unknown>[] = [],
): Hono => {
  const app = new Hono()
  app.use(
    observability(
      capture.options({
        logs: { console: (line: string) => lines.push(JSON.parse(line)) && '' },
      } as never),
    ),
  )
  app.get(
    '/hono/:room',
    observeUpgrade(
      upgradeWebSocket,
      settings,
    )(() => ({
      onMessage: ({ data }, ws) => ws.send(answer(data) as string),
      onClose: () => withSpan('said goodbye', () => {}),
    })),
  )
  app.get('/raw/:room', () => {
    const { 0: client, 1: server } = new WebSocketPair()
    observeWebSocket(server, settings)
    server.accept()
    server.addEventListener('message', ({ data }) => server.send(answer(data)))
    server.addEventListener('close', () => withSpan('said goodbye', () => {}))
    return new Response(null, { status: 101, webSocket: client })
  })
  return app
}

const spanNamed = async (capture: Capture, name: string): Promise<ExportedSpan> => {
  await expect.poll(() => capture.spans.map((span) => span.name)).toContain(name)
  return capture.spans.find((span) => span.name === name) as ExportedSpan
}

const total = (capture: Capture, name: string, direction?: string): number =>
  capture
    .points(name)
    .filter(({ attributes }) => !direction || attributes['network.io.direction'] === direction)
    .reduce((sum, { value }) => sum + value, 0)

const ROUTES = ['/hono/:room', '/raw/:room'] as const

it.each(ROUTES)(
  'a connection of %s is one span from open to close, with what went over it',
  async (route) => {
    const capture = new Capture()
    const lines: Record<string, unknown>[] = []
    const socket = await connect(talking(capture, {}, lines), route.replace(':room', 'a'))
    expect(await say(socket, 'a')).toBe('grüß a')
    expect(await say(socket, new ArrayBuffer(5))).toBeInstanceOf(Blob)
    socket.close(4001, 'token=sk-live-0123456789abcdef0123')
    const span = await spanNamed(capture, `websocket ${route}`)
    const upgrade = await spanNamed(capture, `GET ${route}`)
    expect([span.traceId, span.parentSpanId]).toEqual([upgrade.traceId, upgrade.spanId])
    expect(upgrade.attributes['http.response.status_code']).toBe(101)
    expect(span.attributes).toMatchObject({
      'network.protocol.name': 'websocket',
      'http.route': route,
      'hono.websocket.received.messages': 2,
      'hono.websocket.received.bytes': 6,
      'hono.websocket.sent.messages': 2,
      'hono.websocket.sent.bytes': 13,
      'hono.websocket.close.code': 4001,
    })
    expect(capture.text).not.toContain('sk-live-0123456789abcdef0123')
    expect(span.events.map(({ attributes }) => attributes)).toEqual([
      {
        'network.io.direction': 'receive',
        'hono.websocket.message.type': 'text',
        'hono.websocket.message.size': 1,
      },
      {
        'network.io.direction': 'transmit',
        'hono.websocket.message.type': 'text',
        'hono.websocket.message.size': 8,
      },
      {
        'network.io.direction': 'receive',
        'hono.websocket.message.type': 'binary',
        'hono.websocket.message.size': 5,
      },
      {
        'network.io.direction': 'transmit',
        'hono.websocket.message.type': 'binary',
        'hono.websocket.message.size': 5,
      },
    ])
    const goodbye = await spanNamed(capture, 'said goodbye')
    const closing = await spanNamed(capture, `close ${route}`)
    expect([closing.parentSpanId, goodbye.parentSpanId]).toEqual([span.spanId, closing.spanId])
    await expect.poll(() => total(capture, 'hono.websocket.messages', 'receive')).toBe(2)
    expect(total(capture, 'hono.websocket.messages', 'transmit')).toBe(2)
    expect(total(capture, 'hono.websocket.io', 'receive')).toBe(6)
    expect(total(capture, 'hono.websocket.io', 'transmit')).toBe(13)
    await expect
      .poll(() =>
        capture
          .points('hono.websocket.connections')
          .map(({ value }) => value)
          .at(-1),
      )
      .toBe(0)
    expect(
      capture
        .points('hono.websocket.connection.duration')
        .map((point) => [point.count, point.attributes]),
    ).toEqual([[1, { 'http.route': route, 'hono.websocket.close.code': 4000 }]])
    expect(lines.at(-1)).toMatchObject({
      message: `websocket ${route} 4001`,
      span_id: span.spanId,
      'hono.websocket.close.reason': 'token=[REDACTED]',
    })
  },
)

it('the listeners of one message share its span, which ends with the last of them', async () => {
  const capture = new Capture()
  const app = new Hono()
  app.use(observability(capture.options()))
  app.get('/raw', () => {
    const { 0: client, 1: server } = new WebSocketPair()
    observeWebSocket(server)
    server.accept()
    server.addEventListener('message', () => withSpan('first', () => {}))
    server.addEventListener('message', async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      withSpan('second', () => server.send('heard'))
    })
    return new Response(null, { status: 101, webSocket: client })
  })
  const socket = await connect(app, '/raw')
  await say(socket, 'a')
  await say(socket, 'b')
  socket.close(1000)
  const connection = await spanNamed(capture, 'websocket /raw')
  const messages = capture.spans.filter(({ name }) => name === 'message /raw')
  expect(messages).toHaveLength(2)
  for (const { durationMs } of messages) {
    expect(durationMs).toBeGreaterThanOrEqual(19)
  }
  for (const name of ['first', 'second']) {
    expect(
      capture.spans.filter((span) => span.name === name).map(({ parentSpanId }) => parentSpanId),
    ).toEqual(messages.map(({ spanId }) => spanId))
  }
  // However many messages come: the upgrade, the connection.
  expect(capture.spans.filter(({ traceId }) => traceId === connection.traceId)).toHaveLength(2)
})

it('with `spans`, a message is a span as long as its listeners, and one that nobody hears as well', async () => {
  const capture = new Capture()
  const app = new Hono()
  app.use(observability(capture.options()))
  app.get('/raw', (c) => {
    const { 0: client, 1: server } = new WebSocketPair()
    observeWebSocket(server, { messages: 'spans' })
    server.accept()
    if (c.req.query('heard')) {
      server.addEventListener('message', async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        server.send('heard')
      })
    }
    return new Response(null, { status: 101, webSocket: client })
  })
  const unheard = await connect(app, '/raw')
  unheard.send('a')
  const message = await spanNamed(capture, 'message /raw')
  expect(message.durationMs).toBeLessThan(19)
  unheard.close(1000)
  await spanNamed(capture, 'websocket /raw')
  const heard = await connect(app, '/raw?heard=1')
  await say(heard, 'b')
  heard.close(1000)
  const messages = () => capture.spans.filter(({ name }) => name === 'message /raw')
  await expect.poll(() => messages().length).toBe(2)
  expect(messages()[1]?.durationMs).toBeGreaterThanOrEqual(19)
})

it('a socket that is observed twice is one connection, and one outside of a request is none', async () => {
  const capture = new Capture()
  const app = new Hono()
  app.use(observability(capture.options()))
  app.get('/raw', () => {
    const { 0: client, 1: server } = new WebSocketPair()
    expect(observeWebSocket(observeWebSocket(server))).toBe(server)
    server.accept()
    return new Response(null, { status: 101, webSocket: client })
  })
  const socket = await connect(app, '/raw')
  socket.close(1000)
  await spanNamed(capture, 'websocket /raw')
  const { 1: alone } = new WebSocketPair()
  expect(observeWebSocket(alone)).toBe(alone)
  expect(() => observeWebSocket({})).toThrow(
    'Cannot observe a WebSocket: `socket` must be one, received object',
  )
  expect(capture.spans.filter(({ name }) => name === 'websocket /raw')).toHaveLength(1)
})
