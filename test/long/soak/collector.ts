import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A receiver of OTLP/JSON that counts and forgets, so that a soak is not one of the receiver. */
export interface CountingCollector {
  /** Without a trailing slash. */
  readonly url: string
  /** Answers 503 and keeps nothing. */
  isAway: boolean
  /** What has come, by number of the request. */
  readonly spans: Tally
  readonly logs: Tally
  /** Requests that metrics have counted. */
  readonly counted: number
  close(): Promise<void>
}

/** Numbers that have been seen, and how often one was seen again. */
export class Tally {
  distinct = 0
  repeated = 0
  readonly #seen: Uint8Array

  constructor(size: number) {
    this.#seen = new Uint8Array(size)
  }

  add(number: number): void {
    if (this.#seen[number]) this.repeated++
    else this.distinct++
    this.#seen[number] = 1
  }
}

const SPAN = /"url\.path","value":\{"stringValue":"\/\w+\/(\d+)"/g
const RECORD = /"order\.id","value":\{"stringValue":"(\d+)"|"stringValue":"no order (\d+)"/g

interface Metrics {
  resourceMetrics: {
    scopeMetrics: {
      metrics: { name: string; histogram?: { dataPoints: { count: string }[] } }[]
    }[]
  }[]
}

/** Starts it on 127.0.0.1. `size` is the highest number of a request, and one more. */
export async function startCountingCollector(size: number): Promise<CountingCollector> {
  const spans = new Tally(size)
  const logs = new Tally(size)
  let counted = 0

  const take = async (incoming: IncomingMessage): Promise<void> => {
    const body = await text(incoming)
    if (collector.isAway) return
    if (incoming.url === '/v1/metrics') counted += requestsIn(JSON.parse(body))
    else if (incoming.url === '/v1/traces') tally(spans, body, SPAN)
    else tally(logs, body, RECORD)
  }

  const server = createServer(async (incoming, response) => {
    await take(incoming)
    response.writeHead(collector.isAway ? 503 : 200, { 'content-type': 'application/json' })
    response.end('{}')
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const collector: CountingCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    isAway: false,
    spans,
    logs,
    get counted() {
      return counted
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
  return collector
}

function tally(into: Tally, body: string, pattern: RegExp): void {
  for (const [, first, second] of body.matchAll(pattern)) into.add(Number(first ?? second))
}

function requestsIn({ resourceMetrics }: Metrics): number {
  return resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter(({ name }) => name === 'http.server.request.duration')
    .flatMap(({ histogram }) => histogram?.dataPoints ?? [])
    .reduce((sum, { count }) => sum + Number(count), 0)
}
