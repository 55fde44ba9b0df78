import { Hono } from 'hono'
import type { UpgradeWebSocket, WSContext } from 'hono/ws'
import { observeUpgrade, observeWebSocket } from '../../../src/entries/websocket.ts'
import { log, observability, withSpan } from '../../../src/index.ts'

/** One app with Hono's WebSockets on a runtime's own adapter, observed and not. */

interface DenoSocket extends WebSocket {
  binaryType: BinaryType
}

interface Runtimes {
  Deno?: {
    serve(options: object, fetch: unknown): void
    upgradeWebSocket(request: Request): { socket: DenoSocket; response: Response }
  }
  Bun?: { serve(options: object): { port: number } }
}

const { Deno, Bun } = globalThis as unknown as Runtimes

const app = new Hono()

const listening = {
  port: 0,
  hostname: '127.0.0.1',
  onListen: ({ port }: { port: number }) => console.log(`port ${port}`),
}

const start = async (): Promise<UpgradeWebSocket> => {
  if (Deno) {
    Deno.serve(listening, app.fetch)
    return (await import('hono/deno')).upgradeWebSocket as never
  }
  if (Bun) {
    const { upgradeWebSocket, websocket } = await import('hono/bun')
    const fetch = (request: Request, server: unknown) => app.fetch(request, { server })
    listening.onListen(Bun.serve({ ...listening, fetch, websocket }))
    return upgradeWebSocket as never
  }
  const { serve, upgradeWebSocket } = await import('@hono/node-server')
  // Its types are a package of their own.
  const name: string = 'ws'
  const { WebSocketServer } = await import(name)
  const server = new WebSocketServer({ noServer: true })
  serve({ ...listening, fetch: app.fetch, websocket: { server } }, listening.onListen)
  return upgradeWebSocket as never
}

// A listener that throws ends a process of Deno, with us or without.
const say = (what: string) => (event: unknown) => {
  const { error, reason, message } = event as Record<string, unknown>
  console.log(`${what} ${error ?? reason ?? message}`)
  ;(event as Partial<Event>).preventDefault?.()
}
if (Deno) {
  globalThis.addEventListener('error', say('uncaught'))
  globalThis.addEventListener('unhandledrejection', say('unhandled'))
} else {
  process.on('unhandledRejection', say('unhandled'))
  process.on('uncaughtException', say('uncaught'))
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** What a client asks for by its message. */
const hear = (order: string[], event: MessageEvent, ws: WSContext): unknown => {
  order.push(`message ${typeof event.data} ${event.type} ${event.constructor.name}`)
  const { data } = event
  if (typeof data !== 'string') {
    ws.send(data as ArrayBuffer)
    return undefined
  }
  const [command, rest = ''] = data.split(' ')
  switch (command) {
    case 'throw':
      throw new RangeError('cannot hear')
    case 'reject':
      return settle().then(() => {
        throw new RangeError('cannot hear later')
      })
    case 'close':
      ws.close(Number(rest), 'go away')
      return undefined
    case 'span':
      withSpan('work of a message', () => log.info('heard'))
      break
    case 'later':
      return settle().then(() => withSpan('later work', () => ws.send('later')))
    case 'order':
      ws.send(order.join())
      return undefined
    case 'facts': {
      const raw = ws.raw as object & { send: { name: string; length: number } }
      ws.send(
        JSON.stringify([
          ws.constructor.name,
          ws.readyState,
          ws.binaryType,
          ws.protocol,
          Object.keys(ws),
          // Node and Bun hang things of their own on a socket, never ours.
          Reflect.ownKeys(raw).map(String),
          [raw.send.name, raw.send.length],
        ]),
      )
      return undefined
    }
    default:
  }
  ws.send(data)
  return undefined
}

const events = (more: object) => () => {
  const order: string[] = []
  return {
    onOpen: (event: Event, ws: WSContext) => {
      order.push(`open ${event.type}`)
      ws.send('welcome')
    },
    onMessage(this: unknown, event: MessageEvent, ws: WSContext) {
      return hear(order, event, ws)
    },
    onClose: (event: CloseEvent) => {
      console.log(`closed ${event.code} ${event.reason}`)
      withSpan('said goodbye', () => {})
    },
    ...more,
  }
}

/** Deno's sockets, by listeners of either kind. */
const raw = (isObserved: boolean) => (c: { req: { raw: Request } }) => {
  const { socket, response } = (Deno as NonNullable<Runtimes['Deno']>).upgradeWebSocket(c.req.raw)
  if (isObserved) {
    observeWebSocket(socket)
  }
  socket.binaryType = 'arraybuffer'
  const order: string[] = []
  const handler = function (this: unknown, event: MessageEvent): void {
    order.push(`attribute ${this === socket}`)
    if (event.data === 'facts') {
      socket.send(
        JSON.stringify([
          order,
          socket.onmessage === handler,
          socket.onopen === null,
          socket.binaryType,
          Object.keys(socket),
          Reflect.ownKeys(socket).map(String),
          [socket.addEventListener.name, socket.addEventListener.length],
        ]),
      )
      return
    }
    if (event.data === 'close') {
      socket.close(4001, 'go away')
      return
    }
    socket.send(event.data as string)
  }
  const before = (): void => void order.push('before')
  socket.addEventListener('message', before)
  socket.onmessage = () => order.push('replaced')
  socket.onmessage = handler as never
  socket.addEventListener('message', { handleEvent: () => void order.push('after') })
  socket.addEventListener('message', () => socket.removeEventListener('message', before), {
    once: true,
  })
  return response
}

const upgradeWebSocket = await start()
const observed = observeUpgrade(upgradeWebSocket)
const spanned = observeUpgrade(upgradeWebSocket, { messages: 'spans' })

app.use(
  '/observed/*',
  observability({
    service: { name: 'sockets' },
    logs: { otlp: true, console: false } as never,
    metrics: { activeRequests: true },
  }),
)

const onError = { onError: (event: Event) => console.log(`error ${event.type}`) }

for (const [path, upgrade] of [
  ['/plain', upgradeWebSocket],
  ['/observed', observed],
] as const) {
  app.get(`${path}/chat/:room`, upgrade(events(onError) as never))
  app.get(
    `${path}/async/:room`,
    upgrade(async () => {
      await settle()
      return events({})() as never
    }),
  )
  app.get(
    `${path}/refused`,
    async (_c, next) => next(),
    upgrade(events({}) as never),
    (c) => c.text('no socket', 426),
  )
  app.get(`${path}/raw`, raw(path === '/observed') as never)
}
app.get('/observed/spans/:room', spanned(events({}) as never))
app.get('/observed/count/:room', observed(events({}) as never))
