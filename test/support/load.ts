import { Agent, request } from 'node:http'
import { isIPv4 } from 'node:net'

export interface LoadOptions {
  /** Base URL of a server on loopback. */
  url: string
  /** Requests in all. */
  requests: number
  /** Requests under way at once, each on a connection of its own. */
  clients: number
  /** Path and query, or what makes it from the request's number (from 0). Default `/`. */
  path?: string | ((index: number) => string)
  /** Default `GET`, or `POST` with a body. */
  method?: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Longest time for one request, headers and body of the response included. Default 10000. */
  timeoutMs?: number
}

export interface LoadResult {
  /** How many responses came to their end, by status. */
  statuses: Map<number, number>
  /** How many requests got no response, or none to its end. */
  errors: number
  /** Time to the end of the response by request number, in milliseconds; NaN for an error. */
  latenciesMs: Float64Array<ArrayBuffer>
  /** Time for all of it. */
  seconds: number
}

/**
 * Sends a fixed number of requests with a fixed concurrency and waits for all of them. Throws when
 * the URL is not on loopback: this must never load anything else.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { requests, clients, path = '/', body, timeoutMs = 10_000, headers = {} } = options
  const url = loopbackUrl(options.url)
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const method = options.method ?? (body === undefined ? 'GET' : 'POST')
  const pathOf = typeof path === 'function' ? path : () => path
  const result: LoadResult = {
    statuses: new Map(),
    errors: 0,
    latenciesMs: new Float64Array(requests).fill(Number.NaN),
    seconds: 0,
  }
  const host = url.hostname === '[::1]' ? '::1' : url.hostname
  const target = { agent, method, headers, host, port: url.port }

  function send(index: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const outgoing = request({ ...target, path: pathOf(index) }, (response) => {
      response.on('error', reject)
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.resume()
    })
    const timer = setTimeout(() => outgoing.destroy(new Error('timeout')), timeoutMs)
    outgoing.on('error', reject)
    outgoing.on('close', () => clearTimeout(timer))
    outgoing.end(body)
    return promise
  }

  let next = 0
  async function client(): Promise<void> {
    for (let index = next++; index < requests; index = next++) {
      const start = performance.now()
      try {
        const status = await send(index)
        result.latenciesMs[index] = performance.now() - start
        result.statuses.set(status, (result.statuses.get(status) ?? 0) + 1)
      } catch {
        result.errors++
      }
    }
  }

  const start = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  result.seconds = (performance.now() - start) / 1000
  agent.destroy()
  return result
}

function loopbackUrl(given: string): URL {
  const url = new URL(given)
  const host = url.hostname
  const isLoopback =
    host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'))
  if (url.protocol !== 'http:' || !isLoopback) {
    throw new Error(`Cannot load: \`url\` must be http and on loopback, received ${given}`)
  }
  return url
}
