import { captured } from 'hono-observability/testing'
import { describe, expect, it } from 'vitest'
import { batch, one, seeTrpc, TRPC_SEEN, trpcApp } from '../../../support/rpc/trpc.ts'
import { accessLine, counted, request, span, wholeTrace } from '../../../support/whole-trace.ts'

const METRIC = 'rpc.server.call.duration'
const POST = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }

const call = (method: string, type: string, more: object = {}) => ({
  'rpc.system.name': 'trpc',
  'rpc.method': method,
  'hono.rpc.type': type,
  ...more,
})

describe('a call of tRPC', () => {
  it('is a span, a measurement and a route of its own, alone, in a batch and as a subscription', async () => {
    expect(await seeTrpc()).toEqual(TRPC_SEEN)
  })

  it('is no error where its caller did wrong: the code tells', async () => {
    for (const [input, code, status] of [
      [{ id: 5 }, 'NOT_FOUND', 404],
      [{ id: 'five' }, 'BAD_REQUEST', 400],
    ] as const) {
      const seen = await captured(trpcApp(), `/trpc/planet.byId${one(input)}`)
      expect(wholeTrace(seen)).toEqual([
        request(`GET /trpc/planet.byId ${status}`, '/trpc/planet.byId', [
          span(
            'internal planet.byId',
            call('planet.byId', 'query', { 'rpc.response.status_code': code }),
            code === 'NOT_FOUND' ? [span('internal look up')] : [],
          ),
        ]),
      ])
      expect(counted(seen, METRIC)).toEqual([
        {
          name: METRIC,
          times: 1,
          'rpc.system.name': 'trpc',
          'rpc.method': 'planet.byId',
          'rpc.response.status_code': code,
        },
      ])
      expect(accessLine(seen)).toMatchObject({ 'rpc.response.status_code': code, level: 'warn' })
    }
  })

  it('is an error by tRPC’s code where the server failed, and what was thrown is the request’s error', async () => {
    const seen = await captured(trpcApp(), '/trpc/planet.destroy', POST)
    const code = 'INTERNAL_SERVER_ERROR'
    expect(wholeTrace(seen)).toEqual([
      request(
        '!POST /trpc/planet.destroy 500',
        '/trpc/planet.destroy',
        [
          span(
            '!internal planet.destroy',
            call('planet.destroy', 'mutation', {
              'rpc.response.status_code': code,
              'error.type': code,
            }),
            [],
            ['RangeError'],
          ),
        ],
        { 'error.type': 'RangeError' },
        ['RangeError'],
      ),
    ])
    expect(counted(seen, METRIC)).toMatchObject([{ 'error.type': code, times: 1 }])
    expect(accessLine(seen)).toMatchObject({
      'exception.message': 'it is too large',
      'rpc.method': 'planet.destroy',
      'rpc.response.status_code': code,
    })
  })

  it('that never comes to a procedure is told of, under no name of the caller’s own', async () => {
    for (const [path, init, status, method, attributes] of [
      [
        '/trpc/planet.nowhere',
        {},
        404,
        undefined,
        { 'rpc.method_original': 'planet.nowhere', 'rpc.response.status_code': 'NOT_FOUND' },
      ],
      [
        '/trpc/planet.destroy',
        {},
        405,
        'planet.destroy',
        { 'hono.rpc.type': 'mutation', 'rpc.response.status_code': 'METHOD_NOT_SUPPORTED' },
      ],
      [
        '/trpc/planet.destroy',
        { method: 'POST' },
        415,
        undefined,
        { 'rpc.response.status_code': 'UNSUPPORTED_MEDIA_TYPE' },
      ],
    ] as const) {
      const seen = await captured(trpcApp(), path, init)
      const { method: verb = 'GET' } = init as { method?: string }
      expect(wholeTrace(seen)).toEqual([
        request(`${verb} /trpc/${method ?? '*'} ${status}`, path, [
          span(`internal ${method ?? 'trpc'}`, {
            'rpc.system.name': 'trpc',
            'rpc.method': method ?? '_OTHER',
            ...attributes,
          }),
        ]),
      ])
      expect(counted(seen, METRIC)).toMatchObject([{ 'rpc.method': method ?? '_OTHER' }])
    }
  })

  it('has a name of at most 255 characters where the caller made it up', async () => {
    const seen = await captured(trpcApp(), `/trpc/${'x'.repeat(1000)}`)
    const original = seen.spans.at(-1)?.attributes['rpc.method_original']
    expect(original).toBe('x'.repeat(255))
    expect(seen.spans.map(({ name }) => name)).toEqual(['GET /trpc/*', 'trpc'])
  })

  it('of one batch and one kind has the route of that kind', async () => {
    const path = '/trpc/planet.byId,planet.byId'
    const seen = await captured(trpcApp(), `${path}${batch({ id: 4 }, { id: 4 })}`)
    expect(seen.spans.map(({ name }) => name)).toEqual([
      'GET /trpc/planet.byId',
      'planet.byId',
      'planet.byId',
      'look up',
      'look up',
    ])
    expect(accessLine(seen)).toMatchObject({ 'hono.rpc.calls': 2 })
    expect(accessLine(seen)).not.toHaveProperty('rpc.method')
  })

  it('leaves the route alone that the app gives, and is not there for a request that is ignored', async () => {
    const given = trpcApp({ http: { route: () => '/trpc' } })
    const { spans } = await captured(given, `/trpc/planet.byId${one({ id: 4 })}`)
    expect(spans.map(({ name }) => name)).toEqual(['GET /trpc', 'planet.byId', 'look up'])
    const ignored = trpcApp({ http: { ignore: ['/trpc/*'] } })
    const seen = await captured(ignored, `/trpc/planet.byId${one({ id: 4 })}`)
    expect([seen.spans, counted(seen, METRIC)]).toEqual([[], []])
  })
})
