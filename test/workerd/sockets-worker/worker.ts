import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'
import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { instrumentDurableObject, log, observability, withSpan } from 'hono-observability'
import { hibernatingSockets, observeUpgrade, observeWebSocket } from 'hono-observability/websocket'

interface Env {
  PLAIN: DurableObjectNamespace
  ROOM: DurableObjectNamespace
  SILENT: DurableObjectNamespace
  PLAIN_SILENT: DurableObjectNamespace
  LATE: DurableObjectNamespace
}

const options = { service: { name: 'sockets' }, logs: { otlp: true, console: false } } as const

/** What a client asks of an object about its socket. */
const COMMANDS: Record<string, (room: RoomObject, ws: WebSocket, rest: string) => unknown> = {
  born: ({ born }) => born,
  attach: (_room, ws, rest) => ws.serializeAttachment(JSON.parse(rest)),
  'attach-date': (_room, ws) => ws.serializeAttachment(new Map([['at', new Date(7)]])),
  'attach-undefined': (_room, ws) => ws.serializeAttachment(undefined),
  'attach-nothing': (_room, ws) => (ws.serializeAttachment as () => void)(),
  'attach-function': (_room, ws) => ws.serializeAttachment(() => {}),
  'attach-bytes': (_room, ws, rest) => ws.serializeAttachment('x'.repeat(Number(rest))),
  // As if it were one of ours.
  'attach-forged': (_room, ws) =>
    ws.serializeAttachment({ 'hono-observability:websocket': [1, 2], value: 'forged' }),
  attached: (_room, ws) => {
    const value: unknown = ws.deserializeAttachment()
    return [typeof value, value instanceof Map ? [...value] : value]
  },
  'attached-again': (_room, ws) => {
    const first: unknown = ws.deserializeAttachment()
    return Object.is(first, ws.deserializeAttachment())
  },
  tags: (room, ws) => room.state.getTags(ws),
  same: (room, ws) => room.state.getWebSockets('a')[0] === ws,
  keys: (room, ws) => [Object.keys(ws), Reflect.ownKeys(ws), Object.keys(room.state).sort()],
  names: (room, ws) =>
    [
      ws.send,
      ws.serializeAttachment,
      ws.deserializeAttachment,
      room.state.acceptWebSocket,
      room.state.getWebSockets,
    ].map(({ name, length }) => [name, length]),
  span: () => withSpan('work of a message', () => log.info('heard in a room')),
  throw: () => {
    throw new RangeError('cannot hear')
  },
  close: (_room, ws, rest) => ws.close(Number(rest), 'go away'),
  count: (room) => room.state.getWebSockets().length,
  seen: ({ seen }) => seen,
}

class RoomObject extends DurableObject<Env> {
  readonly born = crypto.randomUUID()
  readonly seen: unknown[] = []
  readonly state: DurableObjectState

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    this.state = state
    for (const ws of state.getWebSockets()) {
      this.seen.push(ws.deserializeAttachment())
    }
  }

  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (url.pathname.endsWith('/broadcast')) {
      for (const ws of this.state.getWebSockets()) {
        ws.send('to all')
      }
      return new Response('sent')
    }
    const { 0: client, 1: server } = new WebSocketPair()
    if (url.searchParams.has('before')) {
      server.serializeAttachment('before')
    }
    this.state.acceptWebSocket(server, ['a', 'b'])
    return new Response(null, { status: 101, webSocket: client })
  }

  override async webSocketMessage(ws: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (typeof message !== 'string') {
      ws.send(message)
      return
    }
    const [command = '', rest = ''] = message.split(/ (.*)/)
    try {
      ws.send(JSON.stringify((await COMMANDS[command]?.(this, ws, rest)) ?? null))
    } catch (error) {
      ws.send(String(error))
      if (command === 'throw') {
        throw error
      }
    }
  }

  override async webSocketClose(ws: WebSocket, code: number, reason: string): Promise<void> {
    ws.close(code, `answer to ${reason}`)
  }
}

/** Hears nothing of the end. */
class SilentObject extends DurableObject<Env> {
  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override async webSocketMessage(ws: WebSocket, message: string): Promise<void> {
    ws.send(message)
  }
}

export class Plain extends RoomObject {}
export class PlainSilent extends SilentObject {}
export class Room extends instrumentDurableObject(RoomObject, options, {
  websockets: hibernatingSockets(),
}) {}

/** Its handlers are written where nobody instruments them. */
export class Late extends instrumentDurableObject(SilentObject, options, {
  websockets: hibernatingSockets(),
}) {
  readonly born = crypto.randomUUID()

  override async webSocketMessage(ws: WebSocket, message: string): Promise<void> {
    const [command = '', rest = ''] = message.split(/ (.*)/)
    if (command === 'attach') {
      ws.serializeAttachment(JSON.parse(rest))
    }
    if (command === 'attach-bytes') {
      ws.serializeAttachment('x'.repeat(Number(rest)))
    }
    if (command === 'look') {
      this.ctx.getWebSockets()
    }
    ws.send(command === 'born' ? this.born : JSON.stringify(ws.deserializeAttachment()))
  }
}

export class Silent extends instrumentDurableObject(SilentObject, options, {
  websockets: hibernatingSockets(),
}) {}

const app = new Hono<{ Bindings: Env }>()
app.use('/observed/*', observability(options))
app.use('/room/*', observability(options))

const hear = (
  data: unknown,
  ws: { send(data: string): void; close(code: number, reason: string): void },
): void => {
  if (data === 'throw') {
    throw new RangeError('cannot hear')
  }
  if (data === 'close') {
    ws.close(4001, 'go away')
    return
  }
  ws.send(typeof data === 'string' ? data : Object.prototype.toString.call(data))
}

const ends = (): WebSocket[] => Object.values(new WebSocketPair())

const raw = (isObserved: boolean) => (): Response => {
  const [client, server] = ends() as [WebSocket, WebSocket]
  if (isObserved) {
    observeWebSocket(server)
  }
  const order: string[] = []
  const first = (): void => void order.push('first')
  const second = {
    handleEvent(this: object, event: Event): void {
      order.push(`second ${this === second} ${event.target === server}`)
    },
  }
  server.accept()
  server.addEventListener('message', first)
  server.addEventListener('message', second)
  server.addEventListener('message', first)
  server.addEventListener('message', function (this: unknown, { data }) {
    if (data === 'order') {
      server.removeEventListener('message', first)
      server.send(`${order.join()} ${this === server}`)
      return
    }
    hear(data, server)
  })
  server.addEventListener('message', () => void order.push('once'), { once: true })
  server.addEventListener('close', ({ code, reason, wasClean }) => {
    order.push(`closed ${code} ${reason} ${wasClean}`)
  })
  return new Response(null, { status: 101, webSocket: client })
}

const events = () => ({
  onMessage: (
    { data }: { data: unknown },
    ws: { send(data: string): void; close(code: number, reason: string): void },
  ) => hear(data, ws),
})

app.get('/plain/raw', raw(false))
app.get('/observed/raw', raw(true))
app.get('/plain/hono', upgradeWebSocket(events as never))
app.get('/observed/hono', observeUpgrade(upgradeWebSocket)(events as never))

const objects = {
  plain: 'PLAIN',
  room: 'ROOM',
  silent: 'SILENT',
  'plain-silent': 'PLAIN_SILENT',
  late: 'LATE',
} as const

app.get('/:kind/object/:name/*', (c) =>
  c.env[objects[c.req.param('kind') as keyof typeof objects]]
    .getByName(c.req.param('name') as string)
    .fetch(c.req.raw),
)

export default app
