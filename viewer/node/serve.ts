import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'

/** A running server. */
export interface Server {
  url: string
  port: number
  /** Stops it and cuts open connections. */
  close(): Promise<void>
}

/** Serves a fetch handler with `node:http`. Rejects when the address is taken. */
export function serve(
  fetch: (request: Request) => Promise<Response>,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    answer(fetch, incoming, outgoing).catch(() => outgoing.destroy())
  })
  // Exporters keep connections; one that is closed as they use it costs them a retry.
  server.keepAliveTimeout = 65_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const { port: actual } = server.address() as AddressInfo
      const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host
      resolve({
        url: `http://${name.includes(':') ? `[${name}]` : name}:${actual}`,
        port: actual,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}

async function answer(
  fetch: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const request = toRequest(incoming)
  if (!request) {
    outgoing.writeHead(400, { connection: 'close' }).end()
    return
  }
  const response = await fetch(request)
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  // What was not read of a refused body is not read any more.
  if (!incoming.complete && incoming.method !== 'GET') headers.connection = 'close'
  outgoing.writeHead(response.status, headers)
  if (!response.body) {
    outgoing.end()
    return
  }
  // So that an event stream is open before its first event.
  outgoing.flushHeaders()
  const reader = response.body.getReader()
  outgoing.on('close', () => void reader.cancel().catch(() => undefined))
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (!outgoing.write(part.value)) {
      await new Promise((resolve) => {
        outgoing.once('drain', resolve)
        outgoing.once('close', resolve)
      })
    }
  }
  outgoing.end()
}

/** Undefined for a request that is none, such as one with an unreadable `Host`. */
function toRequest(incoming: IncomingMessage): Request | undefined {
  const { method = 'GET', headers, url = '/' } = incoming
  // Not resolved against a base, which `//other.example/` would replace.
  const target = `http://${headers.host ?? 'unknown'}${url.startsWith('/') ? url : '/'}`
  if (!URL.canParse(target)) return undefined
  const pairs = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) pairs.append(name, each)
  }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(target, {
    method,
    headers: pairs,
    ...(hasBody && {
      body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>,
      duplex: 'half',
    }),
  } as RequestInit)
}
