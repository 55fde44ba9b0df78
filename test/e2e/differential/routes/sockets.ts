import type { C, Group, Sent } from './group.ts'

/** A frame as a client sends it, masked with zeros. */
const frame = (opcode: number, payload: string): string =>
  String.fromCharCode(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0) + payload

const upgrade = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`

const CLOSE = frame(8, '\x03\xe8')

const talk = (path: string, ...frames: string[]): Sent => ({ path, raw: upgrade(path), frames })

interface Sockets {
  Deno?: { upgradeWebSocket(request: Request): { socket: WebSocket; response: Response } }
}

interface BunServer {
  server?: { upgrade(request: Request, options?: object): boolean }
}

/** WebSockets of each runtime. Workers' are in `workerd.ts`. */
export const sockets: Group = {
  path: '/sockets',
  routes: {
    'no-upgrade': (c) =>
      c.req.header('upgrade') === 'websocket' ? c.text('asked') : c.text('not asked', 426),
  },
  register: (app) => {
    app.get('/sockets/server', (c: C) => {
      const { Deno } = globalThis as unknown as Sockets
      const { server } = c.env as unknown as BunServer
      if (Deno) {
        const { socket, response } = Deno.upgradeWebSocket(c.req.raw)
        socket.addEventListener('message', ({ data }) =>
          data === 'bye' ? socket.close(1000, 'bye') : socket.send(`echo ${data}`),
        )
        return response
      }
      return server?.upgrade(c.req.raw)
        ? (new Response(null) as Response)
        : c.text('no sockets here', 501)
    })
  },
  requests: {
    'an upgrade that is refused': {
      path: '/sockets/no-upgrade',
      raw: upgrade('/sockets/no-upgrade'),
    },
    'an upgrade to what is no WebSocket': {
      path: '/bodies/string',
      raw: upgrade('/bodies/string'),
    },
  },
}

export const serverSockets: Group = {
  path: '/sockets/server',
  on: ['deno', 'bun'],
  requests: {
    'a message and its echo': talk('/sockets/server', frame(1, 'hello'), CLOSE),
    'a close by the server': talk('/sockets/server', frame(1, 'bye'), CLOSE),
    'a plain GET of a socket': { path: '/sockets/server' },
  },
}

export const workerSockets: Group = {
  path: '/sockets/workerd',
  on: ['workerd'],
  requests: {
    'a message and its echo': talk('/sockets/plain', frame(1, 'hello'), CLOSE),
    'a close by the server': talk('/sockets/plain', frame(1, 'bye'), CLOSE),
    'headers of an upgrade': talk('/sockets/headers', CLOSE),
    'through a Durable Object': talk('/sockets/object', frame(1, 'hello'), CLOSE),
    'closed by a Durable Object': talk('/sockets/object', frame(1, 'bye'), CLOSE),
    'a plain GET of a socket': { path: '/sockets/plain' },
  },
}
