import { warnOnce } from '../../base/warn.ts'
import type { Payload } from './payload.ts'

/** A smaller body fits in one packet as it is, and compressing the smallest costs 30 µs. Characters, where it is text. */
const FROM_BYTES = 1400

/**
 * Compresses a body in place, once: another attempt finds it done. What is small, or cannot be compressed,
 * stays as it is. Never rejects.
 */
export const gzip = async (payload: Payload): Promise<void> => {
  const { body, isGzipped } = payload
  if (isGzipped || body.length < FROM_BYTES) {
    return
  }
  try {
    const { readable, writable } = new CompressionStream('gzip')
    const writer = writable.getWriter()
    const [compressed] = await Promise.all([
      new Response(readable).arrayBuffer(),
      writer.write(typeof body === 'string' ? new TextEncoder().encode(body) : body),
      writer.close(),
    ])
    payload.body = new Uint8Array(compressed)
    payload.isGzipped = true
  } catch (error) {
    // Also where the runtime has no CompressionStream.
    warnOnce(`requests are not compressed: ${error}`, 'gzip')
  }
}
