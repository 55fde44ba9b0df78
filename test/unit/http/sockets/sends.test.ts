import { expect, it } from 'vitest'
import { countSends } from '../../../../src/http/sockets/sends.ts'
import { type Handlers, point, Socket, talking } from './talking.ts'

/** Counts of a connection that answers one message with one. */
const sentBy = async (handlers: Handlers): Promise<[sent: number, counted: number]> => {
  let sent = 0
  const result = await talking(
    { onMessage: (_event, ws) => ws.send('answer'), ...handlers },
    (talk) => {
      talk.open()
      talk.say('first')
      talk.say('second')
      talk.close()
      sent = talk.socket.sent.length
    },
  )
  return [sent, Number(point(result, 'hono.websocket.messages', 'transmit')?.value)]
}

it('what an app wraps `send` of a socket with stays, and messages are counted once', async () => {
  let mine: unknown
  const kept: unknown[] = []
  expect(
    await sentBy({
      onOpen(_event, ws) {
        const raw = ws.raw as Socket
        const original = raw.send.bind(raw)
        mine = raw.send = (data) => original(data)
      },
      onMessage(_event, ws) {
        ws.send('answer')
        kept.push(ws.raw?.send)
      },
    }),
  ).toEqual([2, 2])
  expect(kept).toEqual([mine, mine])
})

it('what others wrap `send` of all sockets with stays, and messages are counted once', async () => {
  const before = Socket.prototype.send
  const theirs = function (this: Socket, data: unknown): void {
    before.call(this, data)
  }
  let after: unknown
  try {
    expect(
      await sentBy({
        onOpen() {
          Socket.prototype.send = theirs
        },
        onClose() {
          after = Socket.prototype.send
        },
      }),
    ).toEqual([2, 2])
    expect(after).toBe(theirs)
    expect(await sentBy({})).toEqual([2, 2])
    expect(Socket.prototype.send).toBe(theirs)
  } finally {
    Socket.prototype.send = before
  }
})

class Base {
  send(_data: unknown): unknown {
    return undefined
  }
}

class Packing extends Base {
  override send(data: unknown): unknown {
    super.send('head')
    return super.send(data)
  }
}

/** What a socket is said to have sent. */
const counted = (socket: object): unknown[] => {
  const sent: unknown[] = []
  countSends(socket, { sent: (data) => sent.push(data) })
  return sent
}

it('of methods that call each other, the innermost are what has sent', () => {
  const base = new Base()
  const packing = new Packing()
  const [ofBase, ofPacking] = [counted(base), counted(packing)]
  base.send('plain')
  packing.send('body')
  expect([ofBase, ofPacking]).toEqual([['plain'], ['head', 'body']])
})

it('what is not sent is not counted, at whatever depth', () => {
  class Dropping extends Base {
    override send(): unknown {
      return 0
    }
  }
  class Silent extends Dropping {
    override send(): unknown {
      super.send()
      return undefined
    }
  }
  const dropping = new Dropping()
  const silent = new Silent()
  const sent = [counted(dropping), counted(silent)]
  dropping.send()
  silent.send()
  expect(sent).toEqual([[], []])
})

it('a socket that was given a `send` before it is observed keeps it', () => {
  const socket = new Base()
  const mine = (data: unknown): unknown => Base.prototype.send.call(socket, data)
  socket.send = mine
  const sent = counted(socket)
  socket.send('a')
  expect([socket.send, sent]).toEqual([mine, ['a']])
})

it('one whose `send` is nowhere else is counted as well', () => {
  const socket = { send: (): void => {} }
  const sent = counted(socket)
  socket.send()
  expect(sent).toEqual([undefined])
})

it('is told of by its latest connection', () => {
  const socket = new Base()
  const [first, second] = [counted(socket), counted(socket)]
  socket.send('a')
  expect([first, second]).toEqual([[], ['a']])
})
