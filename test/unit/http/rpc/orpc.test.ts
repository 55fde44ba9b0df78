import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { os } from '@orpc/server'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { orpcTracing } from 'hono-observability/rpc'
import { captured } from 'hono-observability/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { call, ORPC_SEEN, orpcApp, seeOrpc } from '../../../support/rpc/orpc.ts'
import { accessLine, counted, request, span, wholeTrace } from '../../../support/whole-trace.ts'

const METRIC = 'rpc.server.call.duration'

const attributes = (method: string, code?: string) => ({
  'rpc.system.name': 'orpc',
  'rpc.method': method,
  ...(code && { 'rpc.response.status_code': code }),
})

describe('a call of oRPC', () => {
  it('is a span, a measurement and a route of its own, alone, in a batch and as a stream of events', async () => {
    expect(await seeOrpc()).toEqual(ORPC_SEEN)
  })

  it('is no error where its caller did wrong: the code tells', async () => {
    for (const [input, code, status] of [
      [{ id: 5 }, 'NO_PLANET', 404],
      [{ id: 'five' }, 'BAD_REQUEST', 400],
    ] as const) {
      const seen = await captured(orpcApp(), '/rpc/planet/find', call(input))
      expect(wholeTrace(seen)).toEqual([
        request(`POST /rpc/planet/find ${status}`, '/rpc/planet/find', [
          span(
            'internal planet.find',
            attributes('planet.find', code),
            code === 'NO_PLANET' ? [span('internal look up')] : [],
          ),
        ]),
      ])
      expect(counted(seen, METRIC)).toEqual([
        { name: METRIC, times: 1, ...attributes('planet.find', code) },
      ])
      expect(accessLine(seen)).toMatchObject({ 'rpc.response.status_code': code, level: 'warn' })
    }
  })

  it('is an error by oRPC’s code where the server failed', async () => {
    for (const [name, code, status, type] of [
      ['destroy', 'INTERNAL_SERVER_ERROR', 500, 'RangeError'],
      ['move', 'SERVICE_UNAVAILABLE', 503, 'ORPCError'],
    ] as const) {
      const path = `/rpc/planet/${name}`
      const seen = await captured(orpcApp(), path, call(undefined))
      const own = { ...attributes(`planet.${name}`, code), 'error.type': code }
      expect(wholeTrace(seen)).toEqual([
        request(
          `!POST ${path} ${status}`,
          path,
          [span(`!internal planet.${name}`, own, [], [type])],
          { 'error.type': type },
          [type],
        ),
      ])
      expect(counted(seen, METRIC)).toEqual([{ name: METRIC, times: 1, ...own }])
    }
  })

  it('that cannot be read is told of, under no name of the caller’s own', async () => {
    const init = { ...call(undefined), body: '{' }
    const seen = await captured(orpcApp(), '/rpc/planet/find', init)
    const own = attributes('_OTHER', 'BAD_REQUEST')
    expect(wholeTrace(seen)).toEqual([
      request('POST /rpc/* 400', '/rpc/planet/find', [
        span('internal orpc', { ...own, 'rpc.method_original': '/rpc/planet/find' }),
      ]),
    ])
    expect(counted(seen, METRIC)).toEqual([{ name: METRIC, times: 1, ...own }])
  })

  it('under OpenAPIHandler has the route of its description', async () => {
    const router = {
      planet: {
        find: os
          .route({ method: 'GET', path: '/planets/{id}' })
          .input(z.object({ id: z.coerce.number() }))
          .handler(({ input }) => ({ id: input.id })),
        list: os.handler(() => []),
      },
    }
    const handler = new OpenAPIHandler(router, { plugins: [orpcTracing()] })
    const app = new Hono()
    app.use(observability({}))
    app.use('/api/*', async (c, next) => {
      const { matched, response } = await handler.handle(c.req.raw, { prefix: '/api', context: {} })
      return matched ? c.newResponse(response.body, response) : next()
    })
    for (const [path, init, route, method] of [
      ['/api/planets/4', {}, '/api/planets/{id}', 'planet.find'],
      ['/api/planet/list', { method: 'POST' }, '/api/planet/list', 'planet.list'],
    ] as const) {
      const seen = await captured(app, path, init)
      const { method: verb = 'GET' } = init as { method?: string }
      expect(wholeTrace(seen)).toEqual([
        request(`${verb} ${route} 200`, path, [span(`internal ${method}`, attributes(method))]),
      ])
    }
  })

  it('of a procedure that there is not is none: the app answers', async () => {
    const seen = await captured(orpcApp(), '/rpc/planet/nowhere', call(undefined))
    expect(wholeTrace(seen)).toEqual([request('POST 404', '/rpc/planet/nowhere')])
    expect(counted(seen, METRIC)).toEqual([])
  })
})
