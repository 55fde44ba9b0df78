import { createServer, type IncomingMessage } from 'node:http'
import { type Listener, listen } from './listen.ts'
import { readSpans } from './otlp.ts'
import { BadRequest, readBody } from './read-body.ts'
import type { ReceivedSpan } from './span.ts'

export interface ReceiverOptions {
  /** Port on 127.0.0.1; 0 picks a free one. */
  port: number
  /** Called with the spans of each accepted request. */
  onSpans: (spans: ReceivedSpan[]) => void
  /** Called with why a request was refused. */
  onRefused: (reason: string) => void
  /** Largest body after decompression. Default 16 MiB. */
  maxBodyBytes?: number
}

const SIGNAL_PATHS = ['/v1/traces', '/v1/metrics', '/v1/logs']

async function receive(
  request: IncomingMessage,
  { onSpans, maxBodyBytes = 16 * 1024 * 1024 }: ReceiverOptions,
): Promise<void> {
  const path = request.url?.split('?')[0] ?? ''
  if (!SIGNAL_PATHS.includes(path)) throw new BadRequest(404, `no OTLP signal at ${path}`)
  if (request.method !== 'POST') throw new BadRequest(405, 'OTLP is sent with POST')
  const type = request.headers['content-type'] ?? 'no content-type'
  if (!type.startsWith('application/json')) {
    throw new BadRequest(415, `send OTLP as application/json, not ${type}`)
  }
  const text = await readBody(request, maxBodyBytes)
  try {
    const body: unknown = JSON.parse(text)
    if (path === '/v1/traces') onSpans(readSpans(body))
  } catch (error) {
    throw new BadRequest(400, error instanceof Error ? error.message : 'not OTLP/JSON')
  }
}

/** Starts a local OTLP/HTTP endpoint that accepts JSON and hands on the spans. */
export function startReceiver(options: ReceiverOptions): Promise<Listener> {
  const server = createServer((request, response) => {
    receive(request, options).then(
      () => {
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      },
      (error: unknown) => {
        const status = error instanceof BadRequest ? error.status : 500
        const message = error instanceof Error ? error.message : String(error)
        options.onRefused(`${request.method} ${request.url}: ${status} ${message}`)
        // The rest of a refused body is not read, so the connection cannot be used again.
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        response.end(JSON.stringify({ code: 3, message }))
      },
    )
  })
  return listen(server, options.port)
}
