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
      r2OperationsAdaptiveGroups: {
        sum: { requests: 'uint64', responseObjectSize: 'uint64' },
        dimensions: {
          date: 'Date',
          datetime: 'Time',
          bucketName: 'string',
          actionType: 'string',
          actionStatus: 'string',
          responseStatusCode: 'uint16',
        },
      },
      r2StorageAdaptiveGroups: {
        max: {
          objectCount: 'uint64',
          uploadCount: 'uint64',
          payloadSize: 'uint64',
          metadataSize: 'uint64',
        },
        dimensions: { date: 'Date', datetime: 'Time', bucketName: 'string' },
      },
      kvOperationsAdaptiveGroups: {
        sum: { requests: 'uint64' },
        dimensions: {
          date: 'Date',
          datetime: 'Time',
          namespaceId: 'string',
          actionType: 'string',
          responseStatusCode: 'uint16',
        },
      },
      kvStorageAdaptiveGroups: {
        max: { keyCount: 'uint64', byteCount: 'uint64' },
        dimensions: { date: 'Date', datetime: 'Time', namespaceId: 'string' },
      },
      d1AnalyticsAdaptiveGroups: {
        sum: {
          readQueries: 'uint64',
          writeQueries: 'uint64',
          rowsRead: 'uint64',
          rowsWritten: 'uint64',
          queryBatchResponseBytes: 'uint64',
        },
        dimensions: { date: 'Date', datetime: 'Time', databaseId: 'string' },
      },
      d1StorageAdaptiveGroups: {
        max: { databaseSizeBytes: 'uint64' },
        dimensions: { date: 'Date', datetime: 'Time', databaseId: 'string' },
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

/** Names of filters and orders that a query may not have: those of no dimension, and of one that is not asked for. */
export function wrongArguments(query: string): string[] {
  const asked = fieldsOf(query)
  return [...query.matchAll(/(\w+Adaptive\w*)\(([^)]*)\)/g)].flatMap(([, set = '', given = '']) => {
    const path = `viewer.accounts.${set}.dimensions.`
    const filters = [...given.matchAll(/(\w+)_(?:geq|gt|leq|lt): \$/g)].map(([, name]) => `${name}`)
    const orders = [...given.matchAll(/(\w+)_(?:ASC|DESC)/g)].map(([, name]) => `${name}`)
    return [
      ...filters.filter((name) => !isField(path + name)),
      ...orders.filter((name) => !asked.includes(path + name)),
    ].map((name) => `${set} ${name}`)
  })
}

/** The stores of an account, with so many of everything in a minute; sizes are of two days, the newest first. */
export const stores = (count: number) => ({
  r2OperationsAdaptiveGroups: [
    {
      sum: { requests: count },
      dimensions: { bucketName: 'photos', actionType: 'PutObject', actionStatus: 'success' },
    },
    {
      sum: { requests: 1 },
      dimensions: { bucketName: 'photos', actionType: 'GetObject', actionStatus: 'userError' },
    },
  ],
  r2StorageAdaptiveGroups: [2, 1].map((day) => ({
    max: { objectCount: 10 * day, uploadCount: 0, payloadSize: 5000 * day, metadataSize: 7 * day },
    dimensions: { datetime: `2026-11-0${day}T00:00:00Z`, bucketName: 'photos' },
  })),
  kvOperationsAdaptiveGroups: [
    { sum: { requests: count }, dimensions: { namespaceId: 'n1', actionType: 'read' } },
    { sum: { requests: 2 }, dimensions: { namespaceId: 'n1', actionType: 'write' } },
  ],
  kvStorageAdaptiveGroups: [2, 1].map((day) => ({
    max: { keyCount: 3 * day, byteCount: 300 * day },
    dimensions: { date: `2026-11-0${day}`, namespaceId: 'n1' },
  })),
  d1AnalyticsAdaptiveGroups: [
    {
      sum: { readQueries: count, writeQueries: 2, rowsRead: 100 * count, rowsWritten: 4 },
      dimensions: { databaseId: 'd1' },
    },
  ],
  d1StorageAdaptiveGroups: [2, 1].map((day) => ({
    max: { databaseSizeBytes: 4096 * day },
    dimensions: { date: `2026-11-0${day}`, databaseId: 'd1' },
  })),
})

/** Of an account, the sets that a query asks for. */
const answered = (body: unknown, query: string): unknown => {
  const { data } = body as { data?: { viewer: { accounts: object[] } } | null }
  return data
    ? {
        ...(body as object),
        data: {
          viewer: {
            accounts: data.viewer.accounts.map((account) =>
              Object.fromEntries(
                Object.entries(account).filter(([set]) => query.includes(`${set}(`)),
              ),
            ),
          },
        },
      }
    : body
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
  /** A set that the account has no access to. */
  refused: string | undefined
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
    const unknown = [...fieldsOf(query).filter((path) => !isField(path)), ...wrongArguments(query)]
    const { refused } = graphql
    if (refused && query.includes(`${refused}(`)) unknown.push(refused)
    const { status = 200, body } = unknown.length
      ? { body: { data: null, errors: [{ message: `unknown field ${unknown}` }] } }
      : graphql.answer(variables.from)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answered(body, query)))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const graphql: GraphqlServer = {
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    refused: undefined,
    answer: () => ({ body: { data: { viewer: { accounts: [] } }, errors: null } }),
    close: () => server.close(),
  }
  return graphql
}
