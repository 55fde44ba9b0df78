import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What one variant has sent. */
export interface Received {
  posts: number
  bytes: number
  spans: number
}

/** A collector that acknowledges everything and only counts: parsing would cost more than what is measured. */
export interface Collector {
  /** Base URL for a variant's endpoint. */
  urlOf(variant: string): string
  /** Totals so far. */
  receivedFrom(variant: string): Readonly<Received>
  close(): void
}

/** What a span's id is preceded by: OTLP in JSON, and Sentry's envelopes. Exemplars name spans too. */
const SPANS_IN_JSON = /"spanId":|"span_id":/g

export const startCollector = async (latencyMs = 0): Promise<Collector> => {
  const byVariant = new Map<string, Received>()
  const receivedFrom = (variant: string): Received => {
    let received = byVariant.get(variant)
    if (!received) {
      received = { posts: 0, bytes: 0, spans: 0 }
      byVariant.set(variant, received)
    }
    return received
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      // Sentry puts `/api` before what it was given.
      const [, variant = ''] = (request.url ?? '').replace('/api/', '/').split('/')
      const received = receivedFrom(variant)
      received.posts++
      received.bytes += body.length
      const isProtobuf = request.headers['content-type'] === 'application/x-protobuf'
      if (!request.url?.includes('/v1/metrics') && !request.url?.includes('/v1/logs')) {
        received.spans += isProtobuf
          ? spansInProtobuf(body)
          : (body.toString('latin1').match(SPANS_IN_JSON)?.length ?? 0)
      }
      response.setHeader('Content-Type', isProtobuf ? 'application/x-protobuf' : 'application/json')
      setTimeout(() => response.end(isProtobuf ? '' : '{}'), latencyMs)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (variant) => `http://127.0.0.1:${port}/${variant}`,
    receivedFrom,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Fields on the way to a span: `resource_spans`, `scope_spans`, `spans`. */
const WAY_TO_SPANS = [1, 2, 2]

const spansInProtobuf = (bytes: Uint8Array, depth = 0): number => {
  if (depth === WAY_TO_SPANS.length) return 1
  let at = 0
  let spans = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    // Only length-delimited fields come before and beside these.
    const length = varint()
    if (tag >> 3 === WAY_TO_SPANS[depth]) {
      spans += spansInProtobuf(bytes.subarray(at, at + length), depth + 1)
    }
    at += length
  }
  return spans
}
