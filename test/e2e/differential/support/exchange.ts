import { connect, type Socket } from 'node:net'
import type { Sent } from '../routes/group.ts'
import { type Message, readMessage } from './message.ts'

/** What a client saw of one request. */
export interface Seen {
  messages: Message[]
  /** What came after the last message, or of one that never became whole. */
  rest: Buffer
  connection: string
}

const LIMIT_MS = 10_000
const PING = 'GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** The bytes of a request. */
export const requestBytes = ({ method = 'GET', path, headers = [], body, raw }: Sent): string[] => {
  if (raw !== undefined) {
    return [raw]
  }
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: shop.test']
  lines.push(...headers.map(([name, value]) => `${name}: ${value}`))
  if (body === undefined) {
    return [`${lines.join('\r\n')}\r\n\r\n`]
  }
  if (typeof body === 'string') {
    return [`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`]
  }
  return [
    `${[...lines, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n`,
    ...body.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`),
    '0\r\n\r\n',
  ]
}

const isUpgrade = (message: Message | undefined): boolean =>
  message?.head.startsWith('HTTP/1.1 101') ?? false

const CHUNK_PAUSE_MS = 10

/**
 * Sends a request over a connection of its own and reads the answer. Then asks for `/ping` on the same connection:
 * whether that is answered says whether the server keeps connections, without waiting for any time to pass.
 */
export const exchange = (port: number, sent: Sent): Promise<Seen> => {
  const parts = requestBytes(sent)
  const [line = ''] = parts[0]?.split('\r\n') ?? []
  const method = sent.method ?? line.split(' ')[0] ?? 'GET'
  const frames = [...(sent.frames ?? [])]
  const asksTwice = sent.raw?.includes('HTTP/1.1\r\nHost: a\r\nConnection: close') ?? false
  const seen: Seen = { messages: [], rest: Buffer.alloc(0), connection: '' }
  let bytes: Buffer = Buffer.alloc(0)
  let start = 0
  let hasPinged = false

  const next = (socket: Socket): void => {
    if (frames.length || isUpgrade(seen.messages.at(-1))) {
      const frame = frames.shift()
      if (frame) {
        socket.write(Buffer.from(frame, 'latin1'))
      }
    } else if (!hasPinged && !asksTwice) {
      hasPinged = true
      socket.write(PING)
    }
  }

  const onData = (socket: Socket): void => {
    if (isUpgrade(seen.messages.at(-1))) {
      // Frames: each answers one of ours.
      next(socket)
      return
    }
    for (;;) {
      const message = readMessage(bytes, start, hasPinged ? 'GET' : method)
      if (sent.reset && message?.chunks.length) {
        seen.messages.push(message)
        socket.resetAndDestroy()
        return
      }
      if (!message?.isComplete) {
        return
      }
      start = message.end
      if (hasPinged) {
        seen.connection = 'kept'
        socket.destroy()
        return
      }
      seen.messages.push(message)
      if (isUpgrade(message) ? !sent.frames : sent.once) {
        seen.connection = isUpgrade(message) ? 'upgraded' : 'not used again'
        socket.destroy()
        return
      }
      if (!/^HTTP\/1\.1 1(00|03)/.test(message.head)) {
        next(socket)
      }
    }
  }

  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', async () => {
      for (const part of parts) {
        socket.write(Buffer.from(part, 'latin1'))
        if (parts.length > 1) {
          await new Promise((go) => setTimeout(go, CHUNK_PAUSE_MS))
        }
      }
    })
    socket.setNoDelay(true)
    socket.setTimeout(LIMIT_MS, () => {
      seen.connection = 'nothing more within 10 s'
      socket.destroy()
    })
    socket.on('data', (chunk) => {
      bytes = bytes.length ? Buffer.concat([bytes, chunk]) : chunk
      onData(socket)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (!seen.connection || seen.connection.startsWith('nothing')) {
        const last = sent.reset ? undefined : readMessage(bytes, start, method)
        if (last) {
          seen.messages.push(last)
          start = last.end
        }
        const isBroken = last && !last.isComplete && last.framing !== 'until close'
        seen.connection ||= sent.reset ? 'reset by us' : isBroken ? 'broken off' : 'closed'
        seen.rest = sent.reset ? seen.rest : bytes.subarray(start)
      }
      resolve(seen)
    })
  })
}
