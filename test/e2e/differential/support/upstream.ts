import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'

/** Long enough for chunks to arrive one by one. */
const PAUSE_MS = 30

/** What we add to outgoing requests on purpose. */
const OURS = ['traceparent', 'tracestate', 'baggage']

const bodyOf = async (incoming: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of incoming) {
    text += chunk
  }
  return text
}

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

const ANSWERS: Record<string, Answer> = {
  /** What arrived, header by header. */
  async echo(incoming, outgoing) {
    const { method, rawHeaders } = incoming
    const headers: string[] = []
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (!OURS.includes(String(rawHeaders[i]).toLowerCase())) {
        headers.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
      }
    }
    const body = JSON.stringify({ method, headers, body: await bodyOf(incoming) })
    outgoing.setHeader('Content-Type', 'application/json')
    outgoing.end(body)
  },
  length: (_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Length': 3000 }).end('a'.repeat(3000)),
  async chunks(_, outgoing) {
    outgoing.setHeader('Content-Type', 'text/plain')
    for (const text of ['one ', 'two ', 'three']) {
      outgoing.write(text)
      await setTimeout(PAUSE_MS)
    }
    outgoing.end()
  },
  async events(_, outgoing) {
    outgoing.setHeader('Content-Type', 'text/event-stream')
    outgoing.write('data: 1\n\n')
    await setTimeout(PAUSE_MS)
    outgoing.end('data: 2\n\n')
  },
  gzip: (_, outgoing) =>
    outgoing
      .writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' })
      .end(gzipSync('zipped '.repeat(100))),
  cookies: (_, outgoing) =>
    outgoing.writeHead(200, ['Set-Cookie', 'a=1', 'X-B', '2', 'Set-Cookie', 'c=3']).end('cookies'),
  'request-id': (_, outgoing) => outgoing.writeHead(200, { 'X-Request-Id': 'upstreams' }).end('id'),
  timing: (_, outgoing) => outgoing.writeHead(200, { 'Server-Timing': 'up;dur=5' }).end('timed'),
  'not-found': (_, outgoing) => outgoing.writeHead(404, 'Nope').end('not here'),
  fails: (_, outgoing) => outgoing.writeHead(503, { 'Retry-After': '7' }).end('busy'),
  redirect: (_, outgoing) => outgoing.writeHead(302, { Location: '/length' }).end(),
  'no-content': (_, outgoing) => outgoing.writeHead(204).end(),
  'not-modified': (_, outgoing) => outgoing.writeHead(304, { ETag: '"a"' }).end(),
  'no-type': (_, outgoing) => outgoing.end('without a type'),
  async breaks(_, outgoing) {
    outgoing.writeHead(200, { 'Content-Length': 100 }).write('broken')
    await setTimeout(PAUSE_MS)
    outgoing.destroy()
  },
}

const collect: Answer = async (incoming, outgoing) => {
  await bodyOf(incoming)
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
}

/** The server that proxies ask, which is also the collector of all that is exported. */
export const startUpstream = async (): Promise<{ url: string; close(): void }> => {
  const server = createServer(async (incoming, outgoing) => {
    outgoing.sendDate = false
    const answer = ANSWERS[incoming.url?.slice(1) ?? ''] ?? collect
    try {
      await answer(incoming, outgoing)
    } catch {
      // Some break off what they send.
      outgoing.destroy()
    }
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
