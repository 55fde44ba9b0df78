import { gzip } from '../../src/export/otlp/gzip.ts'
import type { Payload } from '../../src/export/otlp/payload.ts'

/** Compresses the request's body as often as `times` says, and answers with the bytes it takes then. */
export default {
  async fetch(request: Request): Promise<Response> {
    const bytes = new Uint8Array(await request.arrayBuffer())
    const isText = request.headers.get('content-type') === 'application/json'
    const body = isText ? new TextDecoder().decode(bytes) : bytes
    const times = Number(new URL(request.url).searchParams.get('times'))
    let payload: Payload = { body }
    for (let i = 0; i < times; i++) {
      payload = { body }
      await gzip(payload)
    }
    return new Response(String(payload.body.length))
  },
}
