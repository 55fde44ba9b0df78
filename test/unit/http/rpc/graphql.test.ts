import { withSpan } from 'hono-observability'
import { tracedExecute } from 'hono-observability/rpc'
import { captured } from 'hono-observability/testing'
import { describe, expect, it, vi } from 'vitest'
import { ask, GRAPHQL_SEEN, graphqlApp, seeGraphql } from '../../../support/rpc/graphql.ts'
import { accessLine, counted, request, span, wholeTrace } from '../../../support/whole-trace.ts'

const METRIC = 'hono.graphql.operation.duration'
const EVENTS = { accept: 'text/event-stream' }

describe.each(['yoga', 'server', 'execute'] as const)('an operation of GraphQL (%s)', (kind) => {
  it('is a span, a measurement and fields of the line, and an error with status 200 is one', async () => {
    expect(await seeGraphql(kind)).toEqual(GRAPHQL_SEEN)
  })

  it('is no error of the server when its variables are wrong', async () => {
    const query = 'query A($id: Int!) { planet(id: $id) { name } }'
    const seen = await captured(
      graphqlApp(kind),
      '/graphql',
      ask(query, { variables: { id: 'x' } }),
    )
    expect(counted(seen, METRIC)).toEqual([
      {
        name: METRIC,
        times: 1,
        'graphql.operation.type': 'query',
        'hono.graphql.error.code': 'BAD_USER_INPUT',
      },
    ])
    expect(seen.spans[1]).toMatchObject({ name: 'query', status: 'unset', events: [] })
    expect(seen.spans[1]?.attributes).not.toHaveProperty('graphql.document')
  })
})

describe.each(['yoga', 'server'] as const)('a document of GraphQL (%s)', (kind) => {
  it('that is no good is told of by its code, and is no error of the server', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const [query, name, code, type] of [
      ['{ nonsense }', 'query', 'GRAPHQL_VALIDATION_FAILED', 'query'],
      ['{ nonsense ', 'GraphQL Operation', 'GRAPHQL_PARSE_FAILED', undefined],
    ] as const) {
      const seen = await captured(graphqlApp(kind), '/graphql', ask(query))
      const attributes = {
        ...(type && { 'graphql.operation.type': type }),
        'hono.graphql.error.code': code,
      }
      expect(wholeTrace(seen)).toEqual([
        request(`POST /graphql ${kind === 'yoga' ? 200 : 400}`, '/graphql', [
          span(`internal ${name}`, attributes),
        ]),
      ])
      expect(counted(seen, METRIC)).toEqual([{ name: METRIC, times: 1, ...attributes }])
    }
    vi.restoreAllMocks()
  })

  it('is not there when the page of GraphiQL is asked for', async () => {
    const headers = { accept: 'text/html' }
    const seen = await captured(graphqlApp(kind), '/graphql', { headers })
    expect(seen.response.status).toBe(200)
    expect(wholeTrace(seen)).toEqual([request('GET /graphql 200', '/graphql')])
  })
})

describe('GraphQL', () => {
  it('has the operations of a batch side by side, and says on the request how many there are', async () => {
    const queries = [{ query: '{ planet(id: 4) { name } }' }, { query: 'query B { secret }' }]
    const init = { ...ask(''), body: JSON.stringify(queries) }
    const seen = await captured(graphqlApp('yoga'), '/graphql', init)
    const type = { 'graphql.operation.type': 'query' }
    expect(wholeTrace(seen)).toEqual([
      request(
        'POST /graphql 200',
        '/graphql',
        [
          span('internal query', type, [span('internal look up')]),
          span('internal query', { ...type, 'graphql.operation.name': 'B' }),
        ],
        { 'hono.rpc.calls': 2 },
      ),
    ])
    expect(accessLine(seen)).toMatchObject({ 'hono.rpc.calls': 2 })
    expect(accessLine(seen)).not.toHaveProperty('graphql.operation.type')
  })

  it('has a subscription that lasts until its last event', async () => {
    const init = ask('subscription { ticks }', {}, EVENTS)
    const seen = await captured(graphqlApp('yoga'), '/graphql', init)
    expect(await seen.response.text()).toContain('{"data":{"ticks":2}}')
    expect(wholeTrace(seen)).toEqual([
      request(
        'POST /graphql 200',
        '/graphql',
        [
          span('internal subscription', { 'graphql.operation.type': 'subscription' }, [
            span('internal second tick'),
          ]),
        ],
        { 'hono.time_to_headers_ms': 'ms' },
      ),
    ])
  })

  it('of several operations has the one that is asked for', async () => {
    const query = 'query A { planet(id: 4) { name } } query B { secret }'
    const init = ask(query, { operationName: 'B' })
    const seen = await captured(graphqlApp('yoga'), '/graphql', init)
    expect(seen.spans[1]?.attributes).toMatchObject({ 'graphql.operation.name': 'B' })
  })

  it('has a document without what may be personal in it', async () => {
    const app = graphqlApp('yoga', { document: true })
    const init = ask('query A1 { planet(id: 4) { name } # of "Ann"\n secret }')
    const short = await captured(app, '/graphql', init)
    expect(short.spans[1]?.attributes['graphql.document']).toBe(
      'query A1 { planet(id: ?) { name } \n secret }',
    )
  })

  it('takes no more than 255 characters of a name', async () => {
    const init = ask(`query ${'N'.repeat(1000)} { secret }`)
    const seen = await captured(graphqlApp('yoga'), '/graphql', init)
    expect(seen.spans[1]?.attributes['graphql.operation.name']).toBe('N'.repeat(255))
    expect(seen.spans[1]?.name).toBe('query')
  })

  it('is none of the server’s errors where its caller asks what cannot be done', async () => {
    const app = graphqlApp('server')
    for (const [path, init, status, code] of [
      ['/graphql?query=mutation{destroy(id:4)}', {}, 405, 'BAD_REQUEST'],
      ['/graphql', ask('query A { secret } query B { secret }'), 500, 'BAD_USER_INPUT'],
    ] as const) {
      const seen = await captured(app, path, init)
      expect(seen.response.status).toBe(status)
      expect(counted(seen, METRIC)).toMatchObject([{ 'hono.graphql.error.code': code }])
      expect(counted(seen, METRIC)[0]).not.toHaveProperty(['error.type'])
      expect(seen.spans[1]).toMatchObject({ status: 'unset', events: [] })
      expect(seen.spans[0]?.status).toBe(status < 500 ? 'unset' : 'error')
    }
  })

  it('that is delivered by increments fails by what comes first, and lasts until what comes last', async () => {
    const run = tracedExecute(async () => ({
      initialResult: { data: null, errors: [{ originalError: new RangeError(), path: ['a'] }] },
      subsequentResults: (async function* () {
        await withSpan('later', async () => {})
        yield { hasNext: false }
      })(),
    }))
    const seen = await captured(async () => {
      for await (const _ of (await run({ document: {} })).subsequentResults) {
        // All of it.
      }
    })
    expect(counted(seen, METRIC)).toMatchObject([{ times: 1, 'error.type': 'RangeError' }])
    expect(wholeTrace(seen)[0]?.children).toMatchObject([{ span: 'internal later' }])
  })

  it('looks at a hundred errors of a result, however many there are', async () => {
    const answer = { extensions: { code: 'NOT_FOUND' }, path: ['a'] }
    const code = async (errors: unknown[]) => {
      const run = tracedExecute(async () => ({ data: {}, errors }))
      const seen = await captured(() => run({ document: {} }))
      return counted(seen, METRIC)[0]?.['hono.graphql.error.code']
    }
    const thrown = { originalError: new RangeError('boom'), path: ['a'] }
    expect(await code([...Array(99).fill(answer), thrown])).toBe('RangeError')
    expect(await code([...Array(100).fill(answer), thrown])).toBe('NOT_FOUND')
  })

  it('throws what `execute` throws, returns what it returns, and refuses wrong options', () => {
    const boom = new RangeError('boom')
    const fails = tracedExecute(() => {
      throw boom
    })
    expect(() => fails({ document: {} })).toThrow(boom)
    const promise = Promise.resolve({ data: null })
    expect(tracedExecute(() => promise)({ document: {} })).toBe(promise)
    expect(() => tracedExecute(() => 1, { operations: 'A' as never })).toThrow(
      /^Cannot trace GraphQL: `operations` must be a list of names, received /,
    )
    expect(() => tracedExecute(() => 1, { document: 'yes' as never })).toThrow(
      /^Cannot trace GraphQL: `document` must be true or false, received /,
    )
  })
})
