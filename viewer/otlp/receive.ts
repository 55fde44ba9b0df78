import type { Post } from '../store/ingest-counts.ts'
import type { Stored } from '../store/store.ts'
import { type Encoding, errorAnswer, successAnswer } from './answer.ts'
import { parseOtlpJson } from './json.ts'
import type { Signal } from './model.ts'
import { readProtobuf } from './protobuf-request.ts'
import { type Body, RefusedRequest, readBody } from './read-body.ts'
import { MalformedRequest } from './shape.ts'

/** What receiving needs of the rest. */
export interface Receiver {
  maxBodyBytes: number
  write(signal: Signal, request: unknown): Stored
  /** Called once for each post, whatever its outcome. */
  onPost(post: Post): void
  /** Called with each body that was taken. */
  onAccepted(signal: Signal, request: Request, body: Uint8Array<ArrayBuffer>): void
}

/** Receives one OTLP/HTTP export request, and answers in its encoding. */
export async function receive(
  receiver: Receiver,
  signal: Signal,
  request: Request,
): Promise<Response> {
  const encoding = encodingOf(request)
  if (!encoding) {
    return errorAnswer('json', 415, unknownType(request.headers.get('content-type') ?? ''))
  }
  let body: Body | undefined
  const post = (rest: Partial<Post>): void =>
    receiver.onPost({
      signal,
      encoding,
      bytes: body?.raw.byteLength ?? 0,
      decodedBytes: body?.decoded.byteLength ?? 0,
      items: 0,
      rejected: 0,
      shortened: 0,
      refused: false,
      ...rest,
    })
  try {
    body = await readBody(request, receiver.maxBodyBytes)
    const stored = receiver.write(signal, parse(signal, encoding, body.decoded))
    post(stored)
    receiver.onAccepted(signal, request, body.raw)
    return successAnswer(encoding, signal, stored.rejected, stored.message)
  } catch (error) {
    post({ refused: true })
    if (error instanceof RefusedRequest) return errorAnswer(encoding, error.status, error.message)
    if (error instanceof MalformedRequest) return errorAnswer(encoding, 400, error.message)
    // Full disks and the like: the sender may try again.
    return errorAnswer(encoding, 503, error instanceof Error ? error.message : 'cannot store')
  }
}

function encodingOf(request: Request): Encoding | undefined {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return 'json'
  return type === 'application/x-protobuf' ? 'protobuf' : undefined
}

function unknownType(type: string): string {
  return /^application\/grpc/i.test(type)
    ? 'OTLP over gRPC is not taken: send OTLP over HTTP, as http/protobuf or http/json'
    : `content-type must be application/json or application/x-protobuf, received ${type || 'none'}`
}

function parse(signal: Signal, encoding: Encoding, bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    if (encoding === 'protobuf') return readProtobuf(signal, bytes)
    return parseOtlpJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new MalformedRequest(`the body is no OTLP in ${encoding}: ${reason}`)
  }
}
