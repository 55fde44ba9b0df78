import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** A request that is answered with an error status. */
export class BadRequest extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'BadRequest'
    this.status = status
  }
}

/**
 * Reads a request's body as text, decompressing gzip.
 *
 * @throws BadRequest 413 if more than `maxBytes` after decompression, 415 for another encoding,
 * 400 if the gzip data is damaged.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new BadRequest(415, `content-encoding ${encoding} is not supported`)
  }
  // Unlike `pipe`, a pipeline ends when the sender goes away half-way; the loop below hears of it.
  const source = encoding === 'gzip' ? pipeline(request, createGunzip(), () => undefined) : request
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new BadRequest(413, `the body is larger than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof BadRequest) throw error
    throw new BadRequest(400, 'the body could not be read')
  }
  return Buffer.concat(chunks).toString('utf8')
}
