import { graphqlServer } from '@hono/graphql-server'
import { buildSchema, execute, GraphQLError, parse } from 'graphql'
import { createSchema, createYoga } from 'graphql-yoga'
import { Hono } from 'hono'
import {
  type GraphqlTracingOptions,
  tracedExecute,
  tracedGraphqlServer,
  yogaTracing,
} from '../../../src/entries/rpc.ts'
import { captured } from '../../../src/entries/testing.ts'
import { type ObservabilityOptions, observability, withSpan } from '../../../src/index.ts'
import { accessLine, counted, request, span, wholeTrace } from '../whole-trace.ts'

const typeDefs = /* GraphQL */ `
  type Planet { name: String! moons: Int }
  type Query { planet(id: Int!): Planet secret: String }
  type Mutation { destroy(id: Int!): Boolean }
  type Subscription { ticks: Int! }
`

const planet = async (id: number): Promise<object> => {
  const name = await withSpan('look up', async () => (id === 4 ? 'Mars' : undefined))
  if (!name) {
    throw new GraphQLError(`no planet ${id}`, { extensions: { code: 'NOT_FOUND' } })
  }
  return {
    name,
    moons: () => {
      throw new RangeError('the moons are too many')
    },
  }
}

const resolvers = {
  Query: { planet: (_: unknown, { id }: { id: number }) => planet(id), secret: () => null },
  Mutation: {
    destroy: () => {
      throw new GraphQLError('no rocket', { extensions: { code: 'SERVICE_UNAVAILABLE' } })
    },
  },
  Subscription: {
    ticks: {
      async *subscribe() {
        yield { ticks: 1 }
        await withSpan('second tick', async () => 2)
        yield { ticks: 2 }
      },
    },
  },
}

const rootResolver = {
  planet: ({ id }: { id: number }) => planet(id),
  destroy: resolvers.Mutation.destroy,
}

type Kind = 'yoga' | 'server' | 'execute'

/** An app with a real GraphQL server of a kind at `/graphql`. */
export const graphqlApp = (
  kind: Kind,
  tracing?: GraphqlTracingOptions,
  options: ObservabilityOptions = {},
): Hono => {
  const app = new Hono()
  app.use(observability({ service: { name: 'graphql' }, ...options }))
  if (kind === 'yoga') {
    const yoga = createYoga({
      schema: createSchema({ typeDefs, resolvers }),
      plugins: [yogaTracing(tracing)],
      batching: true,
      fetchAPI: { Response, ReadableStream },
      logging: false,
    })
    app.all('/graphql', (c) => yoga.fetch(c.req.raw) as Promise<Response>)
  } else if (kind === 'server') {
    const schema = buildSchema(typeDefs)
    app.use(
      '/graphql',
      tracedGraphqlServer(
        graphqlServer,
        { schema, graphiql: true, rootResolver: () => rootResolver },
        tracing,
      ),
    )
  } else {
    const schema = buildSchema(typeDefs)
    const run = tracedExecute(execute, tracing)
    app.post('/graphql', async (c) => {
      const { query, variables, operationName } = await c.req.json()
      const result = await run({
        schema,
        document: parse(query),
        rootValue: rootResolver,
        variableValues: variables,
        operationName,
      })
      return c.json(result)
    })
  }
  return app
}

/** A request as GraphQL clients make it. */
export const ask = (
  query: string,
  more: { variables?: object; operationName?: string } = {},
  headers: Record<string, string> = {},
): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query, ...more }),
})

const QUERY = { 'graphql.operation.type': 'query' }
const MUTATION = { 'graphql.operation.type': 'mutation' }
const lookUp = span('internal look up')

const point = (more: object): object => ({
  name: 'hono.graphql.operation.duration',
  times: 1,
  ...more,
})

const line = (more: object): object => ({
  level: 'info',
  message: 'POST /graphql 200',
  'http.route': '/graphql',
  'http.response.status_code': 200,
  outcome: 'ok',
  ...more,
})

/** What is seen of operations that succeed, fail in part and fail, on every runtime and every kind of server. */
export const seeGraphql = async (kind: Kind) => {
  const app = graphqlApp(kind, { operations: ['Known'], document: true })
  const all = []
  for (const query of [
    'query Known { planet(id: 4) { name } }',
    'query MadeUp { planet(id: 5) { name } } # "hidden"',
    '{ planet(id: 4) { name moons } }',
    'mutation { destroy(id: 4) }',
  ]) {
    all.push(await captured(app, '/graphql', ask(query)))
  }
  return {
    statuses: all.map(({ response }) => response.status),
    traces: all.map(wholeTrace),
    metrics: all.map((seen) => counted(seen, 'hono.graphql')),
    lines: all.map((seen) => {
      // Yoga says how long it is.
      const { 'http.response.body.size': _, ...rest } = accessLine(seen)
      return Object.fromEntries(
        Object.entries(rest).filter(([key]) => !/^(?:exception|error)\./.test(key)),
      )
    }),
  }
}

const RANGE = { 'hono.graphql.error.code': 'RangeError' }
const NO_ROCKET = { 'hono.graphql.error.code': 'SERVICE_UNAVAILABLE' }
const NOT_FOUND = { 'hono.graphql.error.code': 'NOT_FOUND' }
const KNOWN = { ...QUERY, 'graphql.operation.name': 'Known' }
const MADE_UP = { ...QUERY, 'graphql.operation.name': 'MadeUp' }

export const GRAPHQL_SEEN = {
  statuses: [200, 200, 200, 200],
  traces: [
    [
      request('POST /graphql 200', '/graphql', [
        span(
          'internal query Known',
          { ...KNOWN, 'graphql.document': 'query Known { planet(id: ?) { name } }' },
          [lookUp],
        ),
      ]),
    ],
    [
      request('POST /graphql 200', '/graphql', [
        span(
          'internal query',
          {
            ...MADE_UP,
            'graphql.document': 'query MadeUp { planet(id: ?) { name } } ',
            ...NOT_FOUND,
          },
          [lookUp],
        ),
      ]),
    ],
    [
      request(
        '!POST /graphql 200',
        '/graphql',
        [
          span(
            '!internal query',
            {
              ...QUERY,
              'graphql.document': '{ planet(id: ?) { name moons } }',
              ...RANGE,
              'error.type': 'RangeError',
            },
            [lookUp],
            ['RangeError'],
          ),
        ],
        { 'error.type': 'RangeError' },
      ),
    ],
    [
      request(
        '!POST /graphql 200',
        '/graphql',
        [
          span(
            '!internal mutation',
            {
              ...MUTATION,
              'graphql.document': 'mutation { destroy(id: ?) }',
              ...NO_ROCKET,
              'error.type': 'SERVICE_UNAVAILABLE',
            },
            [],
            ['GraphQLError'],
          ),
        ],
        { 'error.type': 'SERVICE_UNAVAILABLE' },
      ),
    ],
  ],
  metrics: [
    [point(KNOWN)],
    [point({ ...QUERY, ...NOT_FOUND })],
    [point({ ...QUERY, ...RANGE, 'error.type': 'RangeError' })],
    [point({ ...MUTATION, ...NO_ROCKET, 'error.type': 'SERVICE_UNAVAILABLE' })],
  ],
  lines: [
    line(KNOWN),
    line({ ...MADE_UP, ...NOT_FOUND }),
    line({ ...QUERY, ...RANGE }),
    line({ ...MUTATION, ...NO_ROCKET }),
  ],
}
