import { trpcServer } from '@hono/trpc-server'
import { initTRPC } from '@trpc/server'
import { buildSchema, execute, parse } from 'graphql'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { tracedExecute, trpcErrors, trpcTracing } from 'hono-observability/rpc'
import { captured } from 'hono-observability/testing'
import { describe, expect, it, vi } from 'vitest'
import { accessLine, counted } from '../../../support/whole-trace.ts'

const t = initTRPC.create()
const traced = t.procedure.use(trpcTracing)

const within = t.router({
  one: traced.query(() => 1),
  bad: traced.query(() => {
    throw new RangeError('within')
  }),
})

const schema = buildSchema('type Query { planet: String }')
const run = tracedExecute(execute)

const callOne = () => t.createCallerFactory(within)({}).one()

const setUp = (): Hono => {
  const app = new Hono()
  const elsewhere = new Hono()
  const procedures = {
    calls: traced.query(callOne),
    tolerant: traced.query(async () => {
      const { bad } = t.createCallerFactory(within)({})
      return bad().catch(() => 'as well')
    }),
    suffers: traced.query(() => t.createCallerFactory(within)({}).bad()),
    twice: traced.use(trpcTracing).query(() => 1),
    asksGraphql: traced.query(async () => {
      await run({ schema, document: parse('{ planet }') })
      return 1
    }),
    asksItself: traced.query(async () => (await app.request('/trpc/one')).status),
    asksAnother: traced.query(async () => (await elsewhere.request('/trpc/one')).status),
  }
  const router = t.router({ ...procedures, one: within.one })
  for (const [service, hono] of [
    ['one', app],
    ['another', elsewhere],
  ] as const) {
    hono.use(observability({ service: { name: service } }))
    hono.use('/trpc/*', trpcServer({ router, onError: trpcErrors }))
  }
  app.get('/plain', async (c) => c.json(await callOne()))
  return app
}

const METRICS = ['rpc.server.call.duration', 'hono.graphql.operation.duration']

const see = async (path: string) => {
  const seen = await captured(setUp(), path)
  return {
    spans: seen.spans.map(({ name, status }) => (status === 'error' ? `!${name}` : name)),
    counts: METRICS.flatMap((metric) => counted(seen, metric)).map(
      (point) => `${point['rpc.method'] ?? point['graphql.operation.type']} ${point.times}`,
    ),
    line: accessLine(seen),
  }
}

describe('what a procedure calls itself', () => {
  it.each([
    ['calls', ['GET /trpc/calls', 'calls', 'one']],
    ['twice', ['GET /trpc/twice', 'twice', 'twice']],
    ['tolerant', ['GET /trpc/tolerant', 'tolerant', '!bad']],
    ['asksGraphql', ['GET /trpc/asksGraphql', 'asksGraphql', 'query']],
    ['asksItself', ['GET /trpc/asksItself', 'asksItself', 'GET /trpc/*', 'one']],
  ])('is a span, and no call of the caller’s (%s)', async (name, spans) => {
    const seen = await see(`/trpc/${name}`)
    expect(seen.spans).toEqual(spans)
    expect(seen.counts).toEqual([`${name} 1`])
    expect(seen.line).toMatchObject({ 'rpc.method': name, outcome: 'ok' })
    expect(seen.line).not.toHaveProperty(['hono.rpc.calls'])
    expect(seen.line).not.toHaveProperty(['rpc.response.status_code'])
  })

  it('is told once where it makes the procedure fail', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const seen = await see('/trpc/suffers')
    expect(seen.spans).toEqual(['!GET /trpc/suffers', '!suffers', '!bad'])
    expect(seen.counts).toEqual(['suffers 1'])
    vi.restoreAllMocks()
  })

  it('is a call of its own where it asks another service', async () => {
    const { counts } = await see('/trpc/asksAnother')
    expect(counts.sort()).toEqual(['asksAnother 1', 'one 1'])
  })
})

it('what a route calls of a router is a call', async () => {
  expect(await see('/plain')).toMatchObject({ spans: ['GET /plain', 'one'], counts: ['one 1'] })
})
