import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { BatchLinkPlugin } from '@orpc/client/plugins'
import { ORPCError, os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/fetch'
import { BatchHandlerPlugin } from '@orpc/server/plugins'
import { Hono } from 'hono'
import { z } from 'zod'
import { orpcTracing } from '../../../src/entries/rpc.ts'
import { captured } from '../../../src/entries/testing.ts'
import { type ObservabilityOptions, observability, withSpan } from '../../../src/index.ts'
import { accessLine, counted, request, type Seen, span, wholeTrace } from '../whole-trace.ts'

const router = {
  planet: {
    find: os
      .input(z.object({ id: z.number() }))
      .errors({ NO_PLANET: { status: 404 } })
      .handler(async ({ input, errors }) => {
        const found = await withSpan('look up', async () => (input.id === 4 ? 'Mars' : undefined))
        if (!found) {
          throw errors.NO_PLANET()
        }
        return found
      }),
    destroy: os.handler((): string => {
      throw new RangeError('it is too large')
    }),
    move: os.handler((): string => {
      throw new ORPCError('SERVICE_UNAVAILABLE', { message: 'no rocket' })
    }),
  },
  ticks: os.handler(async function* () {
    yield 1
    await withSpan('second tick', async () => 2)
    yield 2
  }),
}

/** An app with a real oRPC router. */
export const orpcApp = (options: ObservabilityOptions = {}) => {
  const app = new Hono()
  app.use(observability({ service: { name: 'rpc' }, ...options }))
  const handler = new RPCHandler(router, { plugins: [new BatchHandlerPlugin(), orpcTracing()] })
  app.use('/rpc/*', async (c, next) => {
    const { matched, response } = await handler.handle(c.req.raw, { prefix: '/rpc', context: {} })
    if (matched) {
      return c.newResponse(response.body, response)
    }
    return next()
  })
  return app
}

/** A call as oRPC's client makes it. */
export const call = (input: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ json: input }),
})

interface Client {
  planet: { find(input: object): Promise<unknown>; destroy(): Promise<unknown> }
}

/** Calls that oRPC's own client sends as one batch. */
const inOneBatch = (app: Hono): Promise<unknown> => {
  const link = new RPCLink({
    url: 'http://localhost/rpc',
    fetch: async (request) => app.fetch(request),
    plugins: [new BatchLinkPlugin({ groups: [{ condition: () => true, context: {} }] })],
  })
  const { planet } = createORPCClient(link) as unknown as Client
  return Promise.allSettled([planet.find({ id: 4 }), planet.find({ id: 5 }), planet.destroy()])
}

/** What is seen of a call, a batch and a stream of events, on every runtime. */
export const seeOrpc = async () => {
  const app = orpcApp()
  const single = await captured(app, '/rpc/planet/find', call({ id: 4 }))
  const batched = await captured(() => inOneBatch(app))
  const streamed = await captured(app, '/rpc/ticks', call(undefined))
  const all = [single, batched, streamed]
  return {
    body: await single.response.text(),
    traces: all.map(wholeTrace),
    metrics: all.map((seen) => counted(seen, 'rpc.')),
    line: accessLine(single),
  }
}

const called = (
  name: string,
  children: Seen[] = [],
  more: object = {},
  events: string[] = [],
): Seen => {
  const method = name.split(' ').at(-1)
  return span(name, { 'rpc.system.name': 'orpc', 'rpc.method': method, ...more }, children, events)
}

const point = (method: string, more: object = {}): object => ({
  name: 'rpc.server.call.duration',
  times: 1,
  'rpc.system.name': 'orpc',
  'rpc.method': method,
  ...more,
})

const lookUp = span('internal look up')
const MISSING = { 'rpc.response.status_code': 'NO_PLANET' }
const FAILED = {
  'rpc.response.status_code': 'INTERNAL_SERVER_ERROR',
  'error.type': 'INTERNAL_SERVER_ERROR',
}

export const ORPC_SEEN = {
  body: '{"json":"Mars"}',
  traces: [
    [
      request('POST /rpc/planet/find 200', '/rpc/planet/find', [
        called('internal planet.find', [lookUp]),
      ]),
    ],
    [
      // Its status is 207: what failed within is an error all the same.
      request(
        '!POST /rpc/* 207',
        '/rpc/planet/find/__batch__',
        [
          called('internal planet.find', [lookUp]),
          called('internal planet.find', [lookUp], MISSING),
          called('!internal planet.destroy', [], FAILED, ['RangeError']),
        ],
        {
          'hono.rpc.calls': 3,
          'error.type': 'INTERNAL_SERVER_ERROR',
          'hono.time_to_headers_ms': 'ms',
        },
      ),
    ],
    [
      request(
        'POST /rpc/ticks 200',
        '/rpc/ticks',
        [called('internal ticks', [span('internal second tick')])],
        { 'hono.time_to_headers_ms': 'ms' },
      ),
    ],
  ],
  metrics: [
    [point('planet.find')],
    [point('planet.destroy', FAILED), point('planet.find', MISSING), point('planet.find')],
    [point('ticks')],
  ],
  line: {
    level: 'info',
    message: 'POST /rpc/planet/find 200',
    'http.route': '/rpc/planet/find',
    'http.response.status_code': 200,
    outcome: 'ok',
    'rpc.system.name': 'orpc',
    'rpc.method': 'planet.find',
  },
}
