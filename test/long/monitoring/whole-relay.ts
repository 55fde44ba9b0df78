import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands between the services and the Collector. */
export interface Relay {
  readonly url: string
  /** Answers 400 to everything instead of handing it on. */
  refuses: boolean
  close(): void
}

/** Starts what hands requests on to `target`, as they are. */
export async function startRelay(target: string): Promise<Relay> {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (relay.refuses) {
      response.writeHead(400).end()
      return
    }
    const { 'content-type': type = '', 'content-encoding': encoding } = request.headers
    try {
      const answer = await fetch(target + request.url, {
        method: 'POST',
        headers: { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) },
        body,
      })
      response.writeHead(answer.status, { 'content-type': type })
      response.end(Buffer.from(await answer.arrayBuffer()))
    } catch {
      response.writeHead(503).end()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refuses: false,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return relay
}
