import { instrumentDurableObject } from 'hono-observability'
import { hibernatingSockets } from 'hono-observability/websocket'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'

/** Characters that the platform has room for. */
const ROOM = 400

/** A socket as the platform has one, whose attachment outlives it. */
class Socket {
  attached: unknown = null
  send(): void {}
  serializeAttachment(value: unknown): void {
    const copy = structuredClone(value)
    if (JSON.stringify(copy ?? null).length > ROOM) {
      throw new RangeError('too large')
    }
    this.attached = copy
  }
  deserializeAttachment(): unknown {
    return structuredClone(this.attached)
  }
}

beforeAll(() => void vi.stubGlobal('WebSocket', Socket))
afterAll(() => void vi.unstubAllGlobals())

interface State {
  acceptWebSocket(socket: Socket): void
  getWebSockets(): Socket[]
}

const stateWith = (sockets: Socket[]): State => ({
  acceptWebSocket: (socket) => void sockets.push(socket),
  getWebSockets: () => sockets,
})

class Base {
  readonly ctx: State
  constructor(ctx: State) {
    this.ctx = ctx
  }
  fetch(): Response {
    const socket = new Socket()
    this.ctx.acceptWebSocket(socket)
    socket.serializeAttachment({ user: 1 })
    return new Response('')
  }
}

const Observed = instrumentDurableObject(
  Base,
  { service: { name: 'x' }, logs: { console: false } },
  { websockets: hibernatingSockets() },
)

/** Its handlers are not ours to see. */
class Room extends Observed {
  webSocketMessage<T>(socket: Socket, call: (socket: Socket) => T): T {
    return call(socket)
  }
}

const KEY = 'hono-observability:websocket'

describe('a handler that nobody instruments', () => {
  let socket: Socket
  let room: Room

  beforeEach(async () => {
    const sockets: Socket[] = []
    const first = new Room(stateWith(sockets)) as unknown as { fetch(request: Request): unknown }
    await first.fetch(new Request('http://x.test/'))
    // The object sleeps: another is made, to which the socket is new.
    socket = new Socket()
    socket.attached = structuredClone(sockets[0]?.attached)
    expect(socket.attached).toHaveProperty([KEY])
    room = new Room(stateWith([socket]))
  })

  const state = (): unknown => (socket.attached as Record<string, unknown>)[KEY]

  it('reads what the app has attached', () => {
    expect(room.webSocketMessage(socket, (ws) => ws.deserializeAttachment())).toEqual({ user: 1 })
  })

  it('attaches beside what is known of the connection', () => {
    const before = state()
    room.webSocketMessage(socket, (ws) => ws.serializeAttachment({ user: 2 }))
    expect(state()).toEqual(before)
    expect(socket.deserializeAttachment()).toEqual({ user: 2 })
    room.ctx.getWebSockets()
    expect(socket.deserializeAttachment()).toEqual({ user: 2 })
    expect(state()).toEqual(before)
  })

  it('attaches without it where there is no room, and gets the errors of the platform', () => {
    const most = 'x'.repeat(ROOM - 2)
    socket.serializeAttachment(most)
    expect([socket.attached, socket.deserializeAttachment()]).toEqual([most, most])
    expect(() => socket.serializeAttachment(`${most}x`)).toThrow('too large')
    expect(() => socket.serializeAttachment(() => {})).toThrow('could not be cloned')
    expect(socket.deserializeAttachment()).toBe(most)
  })

  it('reads what only looks like ours as it is', () => {
    const forged = JSON.parse(JSON.stringify(socket.attached))
    const plain = new Socket()
    plain.serializeAttachment(forged)
    expect(plain.deserializeAttachment()).toEqual(forged)
    expect(plain.attached).toEqual(forged)
  })
})

it('methods have the names and lengths that they had', () => {
  const { serializeAttachment, deserializeAttachment } = Socket.prototype
  expect([serializeAttachment.name, serializeAttachment.length]).toEqual(['serializeAttachment', 1])
  expect([deserializeAttachment.name, deserializeAttachment.length]).toEqual([
    'deserializeAttachment',
    0,
  ])
})
