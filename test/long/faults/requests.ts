import { Agent, request } from 'node:http'

/** What a client sees of a response, and when. */
export interface Reply {
  /** Status, body and the headers that the app sets. */
  seen: string
  /** Time to the end of the body. */
  latencyMs: number
}

export interface Round {
  url: string
  /** Number of the first request. */
  first: number
  requests: number
  /** Connections, each with one request at a time. */
  clients: number
}

const KINDS = 10

/** A path that no other request has. */
export const pathOf = (index: number): string => {
  const kind = index % KINDS
  const name = kind < 7 ? 'orders' : kind === 7 ? 'echo' : kind === 8 ? 'missing' : 'boom'
  return `/${name}/${index}`
}

/** Whether a request writes a log record: an order that is read, or an error. */
export const writesRecord = (path: string): boolean => /^\/(orders|boom)/.test(path)

/** Makes requests of all kinds and returns what came back, in their order. Rejects if one got no answer. */
export async function makeRequests({ url, first, requests, clients }: Round): Promise<Reply[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const replies: Reply[] = []
  let next = 0
  const client = async (): Promise<void> => {
    for (let i = next++; i < requests; i = next++) {
      replies[i] = await send(agent, url, first + i)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  agent.destroy()
  return replies
}

function send(agent: Agent, url: string, index: number): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>()
  const path = pathOf(index)
  const isEcho = path.startsWith('/echo')
  const startMs = performance.now()
  const outgoing = request(url + path, { agent, method: isEcho ? 'POST' : 'GET' }, (response) => {
    let body = ''
    response.setEncoding('utf8')
    response.on('data', (text) => {
      body += text
    })
    response.on('error', reject)
    response.on('end', () => {
      const { 'content-type': type, 'x-own': own } = response.headers
      const seen = [response.statusCode, type, own, body].join('\n')
      resolve({ seen, latencyMs: performance.now() - startMs })
    })
  })
  outgoing.setTimeout(10_000, () => outgoing.destroy(new Error(`no answer to ${path} in 10 s`)))
  outgoing.on('error', reject)
  outgoing.end(isEcho ? `echo ${index}` : undefined)
  return promise
}
