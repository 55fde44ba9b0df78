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
    const request = new Request(`http://127.0.0.1${incoming.url}`, {
      method: 'POST',
      body: Buffer.concat(body),
    })
    const answer = await answerAsModel(request)
    const headers = Object.fromEntries(answer.headers)
    if (headers['content-type']?.startsWith('application/json')) {
      const json = Buffer.from(await answer.arrayBuffer())
      outgoing.writeHead(answer.status, { ...headers, 'content-length': json.length }).end(json)
      return
    }
    outgoing.writeHead(answer.status, headers)
    for await (const chunk of answer.body ?? []) {
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
