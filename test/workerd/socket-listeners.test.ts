import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { Hono } from 'hono'
import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { log, observability, withSpan } from 'hono-observability'
import { expect, it } from 'vitest'
import { Capture } from './support.ts'

const asked = { headers: { Upgrade: 'websocket' } }

/** The end of an upgraded connection that a client has. */
const connect = async (app: Hono, path: string): Promise<WebSocket> => {
  const executionCtx = createExecutionContext()
  const response = await app.fetch(new Request(`http://x.test${path}`, asked), {}, executionCtx)
  await waitOnExecutionContext(executionCtx)
  const { webSocket } = response as Response & { webSocket: WebSocket & { accept(): void } }
  webSocket.accept()
  return webSocket
}

const say = async (socket: WebSocket, text: string): Promise<string> => {
  const answered = new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(String(data)), { once: true })
  })
  socket.send(text)
  return answered
}

const listening = (capture: Capture, lines: Record<string, unknown>[]): Hono => {
  const app = new Hono()
  app.use(
    observability(
      capture.options({
        logs: { console: (line: string) => void lines.push(JSON.parse(line)), access: false },
      } as never),
    ),
  )
  const answer = (data: unknown): string =>
    withSpan('message', () => {
      log.info('heard')
      return `heard ${data}`
    })
  app.get('/plain', () => {
    const { 0: client, 1: server } = new WebSocketPair()
    server.accept()
    server.addEventListener('message', ({ data }) => server.send(answer(data)))
    return new Response(null, { status: 101, webSocket: client })
  })
  app.get(
    '/hono',
    upgradeWebSocket(() => ({ onMessage: ({ data }, ws) => ws.send(answer(data)) })),
  )
  app.get('/removed', () => {
    const { 0: client, 1: server } = new WebSocketPair()
    server.accept()
    let calls = 0
    const count = (): void => void calls++
    server.addEventListener('message', count)
    server.addEventListener('message', count)
    server.addEventListener('message', {
      handleEvent({ data }: MessageEvent) {
        server.send(`${data} ${calls}`)
        server.removeEventListener('message', count)
      },
    } as never)
    return new Response(null, { status: 101, webSocket: client })
  })
  return app
}

it.each(['/plain', '/hono'])(
  'a message of the WebSocket of %s knows the trace of its upgrade',
  async (path) => {
    const capture = new Capture()
    const lines: Record<string, unknown>[] = []
    const socket = await connect(listening(capture, lines), path)
    expect(await say(socket, 'a')).toBe('heard a')
    expect(await say(socket, 'b')).toBe('heard b')
    socket.close()
    const { traceId, spanId } = capture.serverSpan
    expect(lines.map((line) => [line.message, line.trace_id])).toEqual([
      ['heard', traceId],
      ['heard', traceId],
    ])
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(1)
    expect(lines[0]?.request_id).toEqual(expect.any(String))
    await expect
      .poll(() =>
        capture.spans
          .filter(({ name }) => name === 'message')
          .map((span) => [span.traceId, span.parentSpanId]),
      )
      .toEqual([
        [traceId, spanId],
        [traceId, spanId],
      ])
  },
)

it('a listener that is added twice hears once, and none after it was removed', async () => {
  const socket = await connect(listening(new Capture(), []), '/removed')
  expect(await say(socket, 'a')).toBe('a 1')
  expect(await say(socket, 'b')).toBe('b 1')
  socket.close()
})
