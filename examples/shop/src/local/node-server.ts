import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Serve } from './main.ts'

/** Serves on Node, which has no server for `fetch`. It is what `@hono/node-server` does, in short. */
export const serveOnNode: Serve = async (fetch, { port, hostname }) => {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await fetch(toRequest(incoming))
      // Once we stop, a connection that is kept would hold us up until it times out.
      outgoing.shouldKeepAlive &&= server.listening
      await send(response, outgoing)
    } catch {
      // Broken off before or within the answer.
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end('Internal Server Error')
    }
  })
  await once(server.listen(port, hostname), 'listening')
  return () => new Promise((resolve) => server.close(() => resolve()))
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit)
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, [...response.headers].flat())
  if (!response.body) outgoing.end()
  else await pipeline(response.body, outgoing)
}
