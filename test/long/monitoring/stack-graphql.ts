import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Fields of a type; a string is a scalar, by its GraphQL name. */
export interface Type {
  readonly [field: string]: Type | string
}

/** The part of the schema of Cloudflare's GraphQL Analytics API that is documented and used here. */
export const SCHEMA: Type = {
  viewer: {
    accounts: {
      workersInvocationsAdaptive: {
        sum: {
          requests: 'uint64',
          errors: 'uint64',
          subrequests: 'uint64',
          duration: 'float64',
          cpuTimeUs: 'uint64',
        },
        quantiles: { cpuTimeP50: 'float32', cpuTimeP99: 'float32' },
        dimensions: { datetime: 'Time', scriptName: 'string', status: 'string' },
      },
      queueBacklogAdaptiveGroups: {
        avg: { messages: 'float64', bytes: 'float64' },
        dimensions: { datetime: 'Time', queueId: 'string' },
      },
    },
  },
}

/** The paths of the leaves that a query asks for. */
export function fieldsOf(query: string): string[] {
  const tokens = query.slice(query.indexOf(')') + 1).match(/\([^)]*\)|\w+|[{}]/g) ?? []
  const path: string[] = []
  const leaves: string[] = []
  tokens.forEach((token, index) => {
    const next = tokens.slice(index + 1).find((one) => !one.startsWith('('))
    if (token === '{') return
    if (token === '}') path.pop()
    else if (!token.startsWith('(')) {
      if (next === '{') path.push(token)
      else leaves.push([...path, token].join('.'))
    }
  })
  return leaves
}

/** Whether the schema has such a leaf. */
export function isField(path: string): boolean {
  let type: Type | string | undefined = SCHEMA
  for (const name of path.split('.')) type = typeof type === 'object' ? type[name] : undefined
  return typeof type === 'string'
}

export interface GraphqlRequest {
  readonly authorization: string | undefined
  readonly variables: Readonly<Record<string, string>>
}

export interface GraphqlServer {
  readonly url: string
  readonly requests: readonly GraphqlRequest[]
  /** What it answers, by the variable `from`. */
  answer: (from: string) => { status?: number; body: unknown }
  close(): void
}

/** A GraphQL server on loopback that refuses what the schema does not have, as Cloudflare's does. */
export async function startGraphql(): Promise<GraphqlServer> {
  const requests: GraphqlRequest[] = []
  const read = async (request: IncomingMessage): Promise<string> => {
    let text = ''
    for await (const chunk of request) text += chunk
    return text
  }
  const server = createServer(async (request, response) => {
    const { query, variables } = JSON.parse(await read(request))
    requests.push({ authorization: request.headers.authorization, variables })
    const unknown = fieldsOf(query).filter((path) => !isField(path))
    const { status = 200, body } = unknown.length
      ? { body: { data: null, errors: [{ message: `unknown field ${unknown}` }] } }
      : graphql.answer(variables.from)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const graphql: GraphqlServer = {
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    answer: () => ({ body: { data: { viewer: { accounts: [] } }, errors: null } }),
    close: () => server.close(),
  }
  return graphql
}
