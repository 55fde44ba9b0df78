import { runtimeName } from '../runtimes/resource.ts'
import type { MadeResponse } from './request-scope.ts'

interface DenoBody {
  streamOrStatic?: unknown
  source?: unknown
}

/** What a runtime or a server keeps under a symbol of its own. */
export const hidden = (response: Response, description: string): unknown => {
  const key = Object.getOwnPropertySymbols(response).find((one) => one.description === description)
  return key && (response as unknown as Record<symbol, unknown>)[key]
}

const ifStream = (value: unknown): ReadableStream | undefined =>
  value instanceof ReadableStream ? value : undefined

/** Text and bytes get a stream when `body` is asked for, which looks like one that JavaScript made. */
const denoStream = (response: Response): ReadableStream | undefined => {
  const inner = hidden(response, 'response') as { body?: DenoBody | null } | undefined
  return inner?.body?.source === null ? ifStream(inner.body.streamOrStatic) : undefined
}

const inspect = (value: unknown): string =>
  (globalThis as unknown as { Bun: { inspect(value: unknown): string } }).Bun.inspect(value)

const STREAM = '\n  ReadableStream {\n'

/** Whether a response was made of text, bytes and the like. Bun prints what a body is. */
export const isBunValue = (response: Response): boolean =>
  response.url === '' && !inspect(response).includes(STREAM)

/** Bun prints a size where it knows one: of what has arrived, for a stream that it made. */
const bunStream = (response: Response): ReadableStream | undefined => {
  const text = inspect(response)
  return text.startsWith('Response (0 KB) {') && text.includes(STREAM)
    ? (response.body ?? undefined)
    : undefined
}

/** The response of @hono/node-server, which sends what it was made of, unless somebody asks for its `body`. */
const nodeStream = (response: Response): ReadableStream | undefined => {
  const cache = hidden(response, 'cache')
  return Array.isArray(cache) ? ifStream(cache[1]) : (response.body ?? undefined)
}

/** Whether the headers alone say that an app streams: what is passed on from elsewhere brings the other's framing. */
const saysStream = ({ headers }: Response): boolean => {
  const type = headers.get('content-type') ?? ''
  return (
    (type.startsWith('text/event-stream') || type.startsWith('application/x-ndjson')) &&
    !headers.has('transfer-encoding')
  )
}

/** Whether the headers leave room for a stream. That text is its own type is the runtime's doing. */
const maybeStream = ({ headers }: Response): boolean =>
  headers.get('content-type') !== 'text/plain;charset=UTF-8' && !headers.has('content-length')

/**
 * Whether JavaScript feeds a stream. What a runtime makes lends readers that bring their own buffer; but not on Bun,
 * where nothing tells its own streams from others.
 */
const isFedByScript = (stream: ReadableStream): boolean => {
  if (stream.locked) {
    return false
  }
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return false
  } catch (error) {
    return error instanceof TypeError
  }
}

const find = (response: Response, runtime: string): ReadableStream | undefined => {
  if (runtime === 'deno') {
    return denoStream(response)
  }
  if (runtime === 'node') {
    return nodeStream(response)
  }
  if (!maybeStream(response)) {
    return undefined
  }
  return runtime === 'bun' ? bunStream(response) : (response.body ?? undefined)
}

/**
 * The stream that JavaScript feeds and this response sends; undefined for what the runtime made, and in doubt. Asking
 * changes nothing: neither how the body is framed, nor who may read it.
 *
 * @param made What is known of the response, if Hono made it.
 */
export const scriptStreamOf = (
  response: Response,
  made: MadeResponse | undefined,
): ReadableStream | undefined => {
  if (made && !made.stream) {
    return undefined
  }
  const runtime = runtimeName()
  if (runtime === 'bun' && !made?.isHelped && !saysStream(response)) {
    return undefined
  }
  const stream = made?.stream ?? find(response, runtime)
  return stream && isFedByScript(stream) ? stream : undefined
}
