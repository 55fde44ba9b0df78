import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the sink answers one request. Everything is optional; `{}` is a plain success. */
export interface Answer {
  /** Default 200. */
  status?: number
  headers?: Record<string, string>
  /** Default `{}` to JSON and nothing to protobuf, the encodings of a full success. */
  body?: string | Uint8Array
  /** Send a body of so many bytes instead, made up on the way. */
  bodyBytes?: number
  /** Wait so many milliseconds before the first byte. */
  delayMs?: number
  /** Send the body in pieces of so many bytes, waiting so many milliseconds before each. */
  trickle?: { bytes: number; everyMs: number }
  /** Break the connection (a TCP reset) before the status line, or in the middle of the body. */
  reset?: 'before headers' | 'mid-body'
  /** Keep the connection open and never say anything. */
  never?: boolean
}

const CHUNK_BYTES = 65_536

/**
 * Gives an answer. Calls `onComplete` when everything has been handed to the connection, which does
 * not happen for an answer that is never given, broken off, or no longer listened to.
 */
export async function giveAnswer(
  response: ServerResponse,
  answer: Answer,
  closing: AbortSignal,
  onComplete: () => void,
): Promise<void> {
  if (answer.never) return
  await sleep(answer.delayMs ?? 0, undefined, { signal: closing })
  if (answer.reset === 'before headers') {
    response.socket?.resetAndDestroy()
    return
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  const length = answer.bodyBytes ?? body?.byteLength ?? 0
  response.writeHead(answer.status ?? 200, { 'content-length': length, ...answer.headers })
  if (answer.reset === 'mid-body') {
    await write(response, piece(body, 0, length >> 1))
    response.socket?.resetAndDestroy()
    return
  }
  const { bytes = CHUNK_BYTES, everyMs = 0 } = answer.trickle ?? {}
  for (let start = 0; start < length && !response.destroyed; start += bytes) {
    if (everyMs) await sleep(everyMs, undefined, { signal: closing })
    await write(response, piece(body, start, Math.min(start + bytes, length)))
  }
  if (response.destroyed) return
  onComplete()
  response.end()
}

function piece(body: Uint8Array | undefined, start: number, end: number): Uint8Array {
  return body ? body.subarray(start, end) : Buffer.alloc(end - start, 'x')
}

function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  // The callback also comes, with an error, when the client has gone.
  response.write(bytes, () => resolve())
  return promise
}
