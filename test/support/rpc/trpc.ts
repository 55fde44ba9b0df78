import { trpcServer } from '@hono/trpc-server'
import { initTRPC, TRPCError } from '@trpc/server'
import { Hono } from 'hono'
import { z } from 'zod'
import { trpcErrors, trpcTracing } from '../../../src/entries/rpc.ts'
import { captured } from '../../../src/entries/testing.ts'
import { type ObservabilityOptions, observability, withSpan } from '../../../src/index.ts'
import { accessLine, counted, request, type Seen, span, wholeTrace } from '../whole-trace.ts'

const t = initTRPC.context<{ env: unknown }>().create()
const procedure = t.procedure.use(trpcTracing)

const router = t.router({
  planet: t.router({
    byId: procedure.input(z.object({ id: z.number() })).query(async ({ input }) => {
      const found = await withSpan('look up', async () => (input.id === 4 ? 'Mars' : undefined))
      if (!found) {
        throw new TRPCError({ code: 'NOT_FOUND', message: `no planet ${input.id}` })
      }
      return found
    }),
    // Its context has the type that it would have without us.
    destroy: procedure.mutation(({ ctx: { env: _ } }): string => {
      throw new RangeError('it is too large')
    }),
  }),
  ticks: procedure.subscription(async function* () {
    yield 1
    await withSpan('second tick', async () => 2)
    yield 2
  }),
})

/** An app with a real tRPC router. */
export const trpcApp = (options: ObservabilityOptions = {}) => {
  const app = new Hono()
  app.use(observability({ service: { name: 'rpc' }, ...options }))
  app.use('/trpc/*', trpcServer({ router, onError: trpcErrors }))
  return app
}

/** The query of calls in one batch. */
export const batch = (...inputs: unknown[]): string =>
  `?batch=1&input=${encodeURIComponent(JSON.stringify({ ...inputs }))}`

export const one = (input: unknown): string => `?input=${encodeURIComponent(JSON.stringify(input))}`

const called = (method: string, type: string, children: Seen[] = [], more: object = {}): Seen =>
  span(
    `internal ${method}`,
    { 'rpc.system.name': 'trpc', 'rpc.method': method, 'hono.rpc.type': type, ...more },
    children,
  )

/** What is seen of a call, a batch and a subscription, on every runtime. */
export const seeTrpc = async () => {
  const app = trpcApp()
  const single = await captured(app, `/trpc/planet.byId${one({ id: 4 })}`)
  const batched = await captured(
    app,
    `/trpc/planet.byId,planet.byId,planet.nowhere${batch({ id: 4 }, { id: 5 })}`,
  )
  const streamed = await captured(app, '/trpc/ticks')
  return {
    bodies: [await single.response.text(), batched.response.status],
    traces: [single, batched, streamed].map(wholeTrace),
    metrics: [single, batched, streamed].map((seen) => counted(seen, 'rpc.')),
    lines: [single, batched, streamed].map(accessLine),
  }
}

const point = (method: string, code?: string): object => ({
  name: 'rpc.server.call.duration',
  times: 1,
  'rpc.system.name': 'trpc',
  'rpc.method': method,
  ...(code && { 'rpc.response.status_code': code }),
})

const BATCH = '/trpc/planet.byId,planet.byId,planet.nowhere'
const NOT_FOUND = { 'rpc.response.status_code': 'NOT_FOUND' }

export const TRPC_SEEN = {
  bodies: ['{"result":{"data":"Mars"}}', 207],
  traces: [
    [
      request('GET /trpc/planet.byId 200', '/trpc/planet.byId', [
        called('planet.byId', 'query', [span('internal look up')]),
      ]),
    ],
    [
      request(
        'GET /trpc/* 207',
        BATCH,
        [
          called('planet.byId', 'query', [span('internal look up')]),
          called('planet.byId', 'query', [span('internal look up')], NOT_FOUND),
          span('internal trpc', {
            'rpc.system.name': 'trpc',
            'rpc.method': '_OTHER',
            'rpc.method_original': 'planet.nowhere',
            ...NOT_FOUND,
          }),
        ],
        { 'hono.rpc.calls': 3 },
      ),
    ],
    [
      request(
        'GET /trpc/ticks 200',
        '/trpc/ticks',
        [called('ticks', 'subscription', [span('internal second tick')])],
        { 'hono.time_to_headers_ms': 'ms' },
      ),
    ],
  ],
  metrics: [
    [point('planet.byId')],
    [point('_OTHER', 'NOT_FOUND'), point('planet.byId'), point('planet.byId', 'NOT_FOUND')],
    [point('ticks')],
  ],
  lines: [
    {
      level: 'info',
      message: 'GET /trpc/planet.byId 200',
      'http.route': '/trpc/planet.byId',
      'http.response.status_code': 200,
      outcome: 'ok',
      'rpc.system.name': 'trpc',
      'rpc.method': 'planet.byId',
    },
    {
      level: 'info',
      message: 'GET /trpc/* 207',
      'http.route': '/trpc/*',
      'http.response.status_code': 207,
      outcome: 'ok',
      'hono.rpc.calls': 3,
    },
    {
      level: 'info',
      message: 'GET /trpc/ticks 200',
      'http.route': '/trpc/ticks',
      'http.response.status_code': 200,
      outcome: 'ok',
      'rpc.system.name': 'trpc',
      'rpc.method': 'ticks',
    },
  ],
}
