import { Hono } from 'hono'
import { defineWebSocketHelper, type UpgradeWebSocket, WSContext, type WSEvents } from 'hono/ws'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { type CapturedResult, captured } from 'hono-observability/testing'
import { observeUpgrade, type WebSocketSettings } from 'hono-observability/websocket'

/** A socket as far as an adapter has one. */
export class Socket {
  readonly sent: unknown[] = []
  readyState = 1
  send(data: unknown): void {
    this.sent.push(data)
  }
}

export interface Talk {
  readonly socket: Socket
  open(): void
  say(data: unknown): unknown
  fail(): void
  close(code?: number, reason?: string): void
}

/** An adapter as those of Hono are, whose events a test tells. */
export const adapter = (): { upgradeWebSocket: UpgradeWebSocket<Socket>; talks: Talk[] } => {
  const talks: Talk[] = []
  const upgradeWebSocket = defineWebSocketHelper<Socket>((c, events: WSEvents<Socket>) => {
    if (c.req.header('upgrade') !== 'websocket') {
      return
    }
    const socket = new Socket()
    const ws = new WSContext<Socket>({
      raw: socket,
      readyState: 1,
      send: (data) => socket.send(data),
      close: () => {},
    })
    talks.push({
      socket,
      open: () => events.onOpen?.(new Event('open'), ws),
      say: (data) => events.onMessage?.(new MessageEvent('message', { data }) as never, ws),
      fail: () => events.onError?.(new Event('error'), ws),
      close: (code = 1000, reason = '') =>
        events.onClose?.(
          Object.assign(new Event('close'), { code, reason, wasClean: true }) as never,
          ws,
        ),
    })
    return new Response(null)
  })
  return { upgradeWebSocket, talks }
}

export type Handlers = WSEvents<Socket>

/** A connection whose client says what a test says. */
export const talking = async (
  handlers: Handlers,
  talk: (talk: Talk) => unknown,
  settings: WebSocketSettings = {},
  options: ObservabilityOptions = {},
): Promise<CapturedResult<Response>> => {
  const { upgradeWebSocket, talks } = adapter()
  const app = new Hono()
  app.use(observability(options))
  app.get(
    '/chat/:room',
    observeUpgrade(upgradeWebSocket, settings)(() => handlers),
  )
  return captured(async () => {
    const response = await app.request('/chat/a', { headers: { upgrade: 'websocket' } })
    await talk(talks[0] as Talk)
    return response
  })
}

export const named = ({ spans }: CapturedResult<unknown>, name: string) =>
  spans.filter((span) => span.name === name)

export const point = ({ metrics }: CapturedResult<unknown>, name: string, direction?: string) =>
  metrics.find((one) => one.name === name && one.attributes['network.io.direction'] === direction)
