import { cacheOf, classOf, hidden, plainOf } from './node-server-response.ts'
import { isBun, isDeno } from './runtime-name.ts'

/** Whether streams of the runtime, which say how they are sent, can be told from those that JavaScript feeds. */
export const tellsStreams = (): boolean => !isBun()

interface DenoBody {
  streamOrStatic?: unknown
  source?: unknown
}

const ifStream = (value: unknown): ReadableStream | undefined =>
  value instanceof ReadableStream ? value : undefined

/** Text and bytes get a stream when `body` is asked for, which looks like one that JavaScript made. */
const denoStream = (
  response: Response,
  known: ReadableStream | undefined,
): ReadableStream | undefined => {
  const inner = hidden(response, 'response') as { body?: DenoBody | null } | undefined
  return inner
    ? inner.body?.source === null
      ? ifStream(inner.body.streamOrStatic)
      : undefined
    : known
}

const inspect = (value: unknown): string =>
  (globalThis as unknown as { Bun: { inspect(value: unknown): string } }).Bun.inspect(value)

const STREAM = '\n  ReadableStream {\n'

/** Whether a response was made of text, bytes and the like. Bun prints what a body is. */
const isBunValue = (response: Response): boolean =>
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
  const cache = cacheOf(response)
  return cache ? ifStream(cache[1]) : (response.body ?? undefined)
}

/** Whether the headers alone say that an app streams: what is passed on from elsewhere brings the other's framing. */
const saysStream = ({ headers }: Response): boolean => {
  const type = headers.get('content-type') ?? ''
  return (
    (type.startsWith('text/event-stream') || type.startsWith('application/x-ndjson')) &&
    !headers.has('transfer-encoding')
  )
}

/**
 * The stream that a response carries, found without changing how it is sent; undefined for other bodies, and where
 * nothing tells streams of the runtime from others.
 *
 * @param known Its stream, if that is known.
 * @param isHelped Whether Hono's streaming helpers may have made it.
 */
export const streamIn = (
  response: Response,
  known: ReadableStream | undefined,
  isHelped: boolean,
): ReadableStream | undefined =>
  isDeno()
    ? denoStream(response, known)
    : isBun() && !isHelped && !saysStream(response)
      ? undefined
      : (known ?? (isBun() ? bunStream(response) : nodeStream(response)))

/** The same response with another body, which JavaScript hands on. */
export const withBody = (body: BodyInit | null, response: Response): Response => {
  const plain = plainOf(response)
  const headers = plain?.[2]
  const copy = new (classOf(response))(body, response)
  if (plain) {
    for (const one of [response, copy]) {
      const cache = cacheOf(one)
      if (cache) {
        cache[2] = headers
      }
    }
  }
  if (isDeno()) {
    const { headers } = copy
    if (isDecoded(response)) {
      headers.delete('content-encoding')
      headers.delete('content-length')
    }
    keepLines(headers, hidden(response.headers, 'header list'))
  }
  return copy
}

/** Deno sends what `fetch` has decoded as what it is, unless it is a copy; the app still sees what was said of it. */
const isDecoded = (response: Response): boolean =>
  response.url !== '' && response.headers.has('content-encoding')

/** A copy of Deno's headers has one line where the same name had several. */
const keepLines = (headers: Headers, lines: unknown): void => {
  const copied = hidden(headers, 'header list')
  if (Array.isArray(lines) && Array.isArray(copied) && lines.length > copied.length) {
    const kept = lines.filter(([name]: [string]) => headers.has(name))
    copied.splice(0, copied.length, ...kept.map((line: string[]) => [...line]))
  }
}

/** Cloned, text becomes bytes on Bun when it is not Latin, and its type that of bytes. Nothing tells them apart. */
const isCloneExact = (response: Response): boolean =>
  response.headers.has('content-type') || inspect(response).startsWith('Response (0 KB) {')

/**
 * The same response with headers of its own, which is sent as the first would be; undefined where there can be none.
 * Throws for one whose body was read.
 */
export const copyResponse = (response: Response): Response | undefined => {
  if (isBun()) {
    // Bun derives type and length from what the body was made of, which a stream made of it no longer tells. A
    // response that was made of a stream can be sent only once, so that nobody keeps it.
    return isBunValue(response) ? (isCloneExact(response) ? response.clone() : undefined) : response
  }
  if (isDeno() && isDecoded(response)) {
    return undefined
  }
  if (response.status === 0) {
    // `Response.error()`: only the runtime makes one.
    return undefined
  }
  const cache = cacheOf(response)
  return withBody(cache ? cache[1] : response.body, response)
}
