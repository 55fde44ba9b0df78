import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type {
  DecodedLogRecord,
  DecodedMetric,
  DecodedSignal,
  DecodedSpan,
  DecodeOptions,
  Signal,
} from './otlp-decoder.ts'
import { type Answer, giveAnswer } from './sink-answer.ts'
import {
  decodeBody,
  isProtobuf,
  receiveBody,
  type SinkRequest,
  sinkRequest,
} from './sink-request.ts'

export type { Answer } from './sink-answer.ts'
export type { SinkRequest } from './sink-request.ts'

/** Decides the answer to a request. A thrown error becomes a 500. */
export type Respond = (request: SinkRequest, index: number) => Answer | Promise<Answer>

export interface SinkOptions extends DecodeOptions {
  /** Default: a free one. */
  port?: number
  /** Default: success, always. */
  respond?: Respond
}

export interface ReadOptions {
  /** Also what came in requests that were not acknowledged. Default false. */
  all?: boolean
}

/** An OTLP endpoint on loopback that remembers everything it is sent. */
export interface Sink {
  /** Without a trailing slash. */
  readonly url: string
  /** In the order of arrival, acknowledged or not. */
  readonly requests: readonly SinkRequest[]
  /** The answers from now on. */
  respond: Respond
  /** Each reader throws `OtlpError` when a body is not strict OTLP. */
  spans(options?: ReadOptions): DecodedSpan[]
  metrics(options?: ReadOptions): DecodedMetric[]
  logRecords(options?: ReadOptions): DecodedLogRecord[]
  /**
   * Resolves when the predicate is true, asked now and after each request and answer. Rejects with
   * what had arrived after `timeoutMs`, 5000 by default.
   */
  waitFor(predicate: (sink: Sink) => boolean, timeoutMs?: number): Promise<void>
  /** Forgets the requests so far and counts from 0 again. */
  clear(): void
  /** Ends every connection, answered or not. */
  close(): Promise<void>
}

/** Starts a sink on 127.0.0.1. Rejects when the port is taken. */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const requests: SinkRequest[] = []
  const watchers = new Set<() => void>()
  const closing = new AbortController()
  const decodedBodies = new WeakMap<SinkRequest, unknown>()
  const changed = (): void => {
    for (const watch of watchers) watch()
  }

  const server = createServer(async (incoming, response) => {
    try {
      const body = await receiveBody(incoming)
      const request = sinkRequest(incoming, body, requests.length)
      requests.push(request)
      changed()
      const answer = withDefaults(await sink.respond(request, request.index), request)
      await giveAnswer(response, answer, closing.signal, () => {
        request.acknowledged = isSuccess(answer.status ?? 200)
        changed()
      })
    } catch (error) {
      // A client that leaves early is part of many tests; it is seen in `acknowledged`.
      if (response.headersSent || response.destroyed) response.destroy()
      else response.writeHead(500).end(String(error))
    }
  })
  // Never close an idle connection first: a client that reuses it would see a network error.
  server.keepAliveTimeout = 0
  const listening = Promise.withResolvers<void>()
  server.once('error', listening.reject)
  server.listen(options.port ?? 0, '127.0.0.1', listening.resolve)
  await listening.promise

  function read<S extends Signal>(signal: S, { all = false }: ReadOptions = {}): DecodedSignal[S] {
    const wanted = requests.filter((one) => one.signal === signal && (all || one.acknowledged))
    return wanted.flatMap<DecodedSignal[Signal][number]>((request) => {
      const known = decodedBodies.get(request) as DecodedSignal[S] | undefined
      const decoded = known ?? decodeBody(signal, request, options)
      decodedBodies.set(request, decoded)
      return decoded
    }) as DecodedSignal[S]
  }

  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    respond: options.respond ?? (() => ({})),
    spans: (readOptions) => read('traces', readOptions),
    metrics: (readOptions) => read('metrics', readOptions),
    logRecords: (readOptions) => read('logs', readOptions),
    waitFor(predicate, timeoutMs = 5000) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const watch = (): void => {
        try {
          if (predicate(sink)) resolve()
        } catch (error) {
          reject(error)
        }
      }
      const timer = setTimeout(() => {
        reject(new Error(`Cannot wait for the sink: ${timeoutMs} ms over, ${summary(requests)}`))
      }, timeoutMs)
      watchers.add(watch)
      watch()
      return promise.finally(() => {
        clearTimeout(timer)
        watchers.delete(watch)
      })
    },
    clear() {
      requests.length = 0
    },
    async close() {
      closing.abort()
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
  return sink
}

// The encoding of a full success is an empty message: `{}` in JSON, no bytes in protobuf.
function withDefaults(answer: Answer, request: SinkRequest): Answer {
  const binary = isProtobuf(request)
  const type = binary ? 'application/x-protobuf' : 'application/json'
  return {
    ...(binary || answer.bodyBytes ? {} : { body: '{}' }),
    ...answer,
    headers: { 'content-type': type, ...answer.headers },
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function summary(requests: readonly SinkRequest[]): string {
  const counts = new Map<string, number>()
  for (const { method, path, acknowledged } of requests) {
    const line = `${method} ${path}${acknowledged ? '' : ' (not acknowledged)'}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const lines = [...counts].map(([line, count]) => `${count} × ${line}`)
  return `received ${lines.join(', ') || 'nothing'}`
}
