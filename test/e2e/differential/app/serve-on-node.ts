import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

type Fetch = (request: Request, more: object) => Promise<Response>

/** By this header a handler says that it has answered by itself, as with Hono's own server. */
const ALREADY_SENT = 'x-hono-already-sent'

/** Chunks that are taken before the head is sent: a body that is over by then has a length. */
const READ_FIRST = 2

/** A server for `fetch` on Node, which has none. A body that is there at once is sent with its length. */
export const serveOnNode = (
  fetch: Fetch,
  hostname: string,
  say: (address: AddressInfo) => void,
): void => {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await fetch(toRequest(incoming), { incoming, outgoing })
      if (!response.headers.has(ALREADY_SENT)) {
        await send(response, outgoing)
      }
    } catch {
      // Broken off before or within the answer.
      if (outgoing.headersSent) {
        outgoing.destroy()
      } else {
        outgoing.writeHead(500).end('Internal Server Error')
      }
    }
  })
  // Shorter than the client's patience, for bodies that are shorter than their length.
  server.keepAliveTimeout = 1000
  server.listen(0, hostname, () => say(server.address() as AddressInfo))
}

const toRequest = (incoming: IncomingMessage): Request => {
  const { method = 'GET', url = '/', rawHeaders } = incoming
  const headers: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.push([rawHeaders[i] as string, rawHeaders[i + 1] as string])
  }
  const target = url.startsWith('/') ? `http://${incoming.headers.host ?? 'localhost'}${url}` : url
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(target, {
    method,
    headers,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit)
}

const bytesOf = (chunk: unknown): Uint8Array => {
  if (!(chunk instanceof Uint8Array)) {
    throw new TypeError('Cannot send: a chunk must be bytes')
  }
  return chunk
}

const send = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  const { status, statusText, headers, body } = response
  const pairs = [...headers].flat()
  if (!body) {
    outgoing.writeHead(status, statusText, pairs).end()
    return
  }
  const reader = body.getReader()
  outgoing.on('close', () => reader.cancel().catch(() => {}))
  const first: Uint8Array[] = []
  let pending = reader.read()
  let isOver = false
  while (first.length < READ_FIRST && !isOver) {
    const part = await Promise.race([pending, setImmediate(undefined)])
    if (!part) {
      break
    }
    if (part.done) {
      isOver = true
    } else {
      first.push(bytesOf(part.value))
      pending = reader.read()
    }
  }
  if (isOver && !headers.has('content-length') && !headers.has('transfer-encoding')) {
    pairs.push('content-length', String(first.reduce((sum, { byteLength }) => sum + byteLength, 0)))
  }
  outgoing.writeHead(status, statusText, pairs)
  for (const chunk of first) {
    outgoing.write(chunk)
  }
  while (!isOver) {
    const part = await pending
    if (part.done) {
      break
    }
    outgoing.write(bytesOf(part.value))
    pending = reader.read()
  }
  outgoing.end()
}
