import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readTraceparent, readTracestate, type Traceparent } from './trace-headers.ts'

/** What the service sent to the harness when it was told to call back. */
export interface Callback {
  headers: [string, string][]
  traceparent: Traceparent
  /** Key to value, in order. */
  tracestate: Map<string, string>
}

/** Plays the part of the W3C Trace Context validation service towards a service under test. */
export interface TraceContextHarness {
  /**
   * POSTs an instruction to call back `count` times (default 1), with exactly these headers, in this
   * order, repeated names and outer whitespace included. Rejects unless the service answers 2xx and
   * every callback carries valid headers.
   */
  propagate(headers: readonly [string, string][], count?: number): Promise<Callback[]>
  close(): Promise<void>
}

const TIMEOUT_MS = 5000

/** Starts a harness for the service whose instructions are POSTed to `target`. */
export async function startTraceContextHarness(target: string): Promise<TraceContextHarness> {
  const received = new Map<string, [string, string][]>()
  const server = createServer((incoming, response) => {
    const { rawHeaders } = incoming
    const pairs = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as [string, string]] : [],
    )
    incoming.resume().on('end', () => {
      received.set(incoming.url ?? '', pairs)
      response.setHeader('content-type', 'application/json').end('null')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let scopes = 0

  return {
    async propagate(headers, count = 1) {
      const scope = scopes++
      const paths = Array.from({ length: count }, (_, index) => `/callback/${scope}.${index}`)
      await instruct(
        target,
        headers,
        paths.map((path) => `${origin}${path}`),
      )
      return paths.map((path) => callback(path, received.get(path)))
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function callback(path: string, headers: [string, string][] | undefined): Callback {
  if (!headers) throw new Error(`Cannot check the service: it must call back at ${path}`)
  return { headers, traceparent: readTraceparent(headers), tracestate: readTracestate(headers) }
}

/** Node's client sends a flat list of headers as it is, which no other client here does. */
function instruct(
  target: string,
  headers: readonly [string, string][],
  urls: readonly string[],
): Promise<void> {
  const body = JSON.stringify(urls.map((url) => ({ url, arguments: [] })))
  const { host } = new URL(target)
  const own = { host, 'content-type': 'application/json', 'content-length': body.length }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const outgoing = request(
    target,
    {
      method: 'POST',
      headers: [...Object.entries(own), ...headers].flat().map(String),
      timeout: TIMEOUT_MS,
    },
    (response) => {
      const { statusCode = 0 } = response
      response.resume().on('end', () => {
        if (statusCode >= 200 && statusCode < 300) resolve()
        else
          reject(new Error(`Cannot check the service: it must answer 2xx, received ${statusCode}`))
      })
    },
  )
  outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)))
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}
