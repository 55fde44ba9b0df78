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
  receivedFrom(variant: string): Received
  close(): void
}

export const startCollector = async (): Promise<Collector> => {
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
      const received = receivedFrom(request.url?.split('/')[1] ?? '')
      received.posts++
      received.bytes += body.length
      // Exemplars name spans too.
      if (request.url?.endsWith('/traces')) {
        received.spans += body.toString('latin1').split('"spanId":').length - 1
      }
      response.setHeader('Content-Type', 'application/json')
      response.end('{}')
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
