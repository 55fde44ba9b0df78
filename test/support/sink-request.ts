import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import {
  type DecodedSignal,
  type DecodeOptions,
  decodeJson,
  decodeProtobuf,
  type Signal,
} from './otlp-decoder.ts'

/** One request as the sink received it. */
export interface SinkRequest {
  /** 0 for the first since the start or the last `clear()`. */
  readonly index: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body as it came, still compressed. */
  readonly rawBody: Buffer
  /** The body, decompressed. Throws when it cannot be. */
  readonly body: Buffer
  /** The body, decompressed, as text. */
  readonly text: string
  /** When the body had been received, in milliseconds since 1970. */
  readonly receivedAtMs: number
  /** Which OTLP signal it carries, by its path; undefined for other paths. */
  readonly signal: Signal | undefined
  /** Whether a 2xx answer was sent to its end. */
  acknowledged: boolean
}

/** Reads a request to its end. Rejects when the client leaves before. */
export async function receiveBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Describes a request whose body has been read. */
export function sinkRequest(
  incoming: IncomingMessage,
  rawBody: Buffer,
  index: number,
): SinkRequest {
  const { headers, method = '', url: path = '' } = incoming
  return {
    index,
    method,
    path,
    headers,
    rawBody,
    get body() {
      return decompress(rawBody, headers['content-encoding'])
    },
    get text() {
      return this.body.toString()
    },
    receivedAtMs: Date.now(),
    signal: /\/v1\/(traces|metrics|logs)(?:\?|$)/.exec(path)?.[1] as Signal | undefined,
    acknowledged: false,
  }
}

/** Decodes a request's body by its content type. Throws `OtlpError`. */
export function decodeBody<S extends Signal>(
  signal: S,
  request: SinkRequest,
  options: DecodeOptions,
): DecodedSignal[S] {
  // The empty request asks whether a receiver is back, with nothing to lose.
  if (signal === 'metrics' && /^(\{\})?$/.test(request.text)) return [] as DecodedSignal[S]
  return isProtobuf(request)
    ? decodeProtobuf(signal, request.body)
    : decodeJson(signal, request.body, options)
}

/** Tells OTLP protobuf from OTLP/JSON. */
export function isProtobuf(request: SinkRequest): boolean {
  return request.headers['content-type'] === 'application/x-protobuf'
}

function decompress(body: Buffer, encoding = 'identity'): Buffer {
  if (encoding === 'identity') return body
  if (encoding === 'gzip') return gunzipSync(body)
  if (encoding === 'deflate') return inflateSync(body)
  if (encoding === 'br') return brotliDecompressSync(body)
  throw new Error(`Cannot decompress: \`Content-Encoding\` must be gzip, received ${encoding}`)
}
