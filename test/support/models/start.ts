import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerAsModel } from './server.ts'

/** The models' APIs on a port of 127.0.0.1. */
export interface Models {
  /** Without a trailing slash. */
  readonly port: number
  close(): void
}

export const startModels = async (): Promise<Models> => {
  const server = createServer(async (incoming, outgoing) => {
    const body = []
    for await (const chunk of incoming) {
      body.push(chunk)
    }
    const {
      status,
      headers,
      body: stream,
    } = await answerAsModel(
      new Request(`http://127.0.0.1${incoming.url}`, {
        method: 'POST',
        body: Buffer.concat(body),
      }),
    )
    outgoing.writeHead(status, Object.fromEntries(headers))
    for await (const chunk of stream ?? []) {
      outgoing.write(chunk)
    }
    outgoing.end()
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
