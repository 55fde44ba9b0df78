/** A request that is answered with an error status. */
export class RefusedRequest extends Error {
  override name = 'RefusedRequest'
  readonly status: 400 | 413 | 415

  constructor(status: 400 | 413 | 415, message: string) {
    super(message)
    this.status = status
  }
}

/** A body, before and after decompression. */
export interface Body {
  /** As received. */
  raw: Uint8Array<ArrayBuffer>
  decoded: Uint8Array<ArrayBuffer>
}

const FORMATS: Record<string, CompressionFormat> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

/**
 * Reads a body, decompressing gzip and deflate. Neither form is read further than its limit, so a
 * small body that decompresses to gigabytes costs no more than one that is a byte too large.
 *
 * @throws RefusedRequest 413 for a body that is too large, 415 for another encoding, 400 for damaged data.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Body> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() || 'identity'
  const format = FORMATS[encoding]
  if (encoding !== 'identity' && !format) {
    const rule = 'must be gzip, deflate or identity'
    throw new RefusedRequest(415, `content-encoding ${rule}, received ${encoding}`)
  }
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes, '')
  const raw = await readAtMost(request.body, maxBytes, '')
  if (!format) return { raw, decoded: raw }
  const compressed = new Blob([raw]).stream()
  const decoded = await readAtMost(
    compressed.pipeThrough(new DecompressionStream(format)),
    maxBytes,
    ' after decompression',
  )
  return { raw, decoded }
}

/** Reads a stream to its end, or its limit. `when` follows the limit in the message. */
export async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  when: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!stream) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.byteLength
      if (length > maxBytes) throw tooLarge(maxBytes, when)
      chunks.push(value)
    }
  } catch (error) {
    // Not awaited: a source may never answer.
    reader.cancel().catch(() => undefined)
    if (error instanceof RefusedRequest) throw error
    throw new RefusedRequest(400, 'the body could not be read')
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function tooLarge(maxBytes: number, when: string): RefusedRequest {
  return new RefusedRequest(413, `the body is larger than ${maxBytes} bytes${when}`)
}
