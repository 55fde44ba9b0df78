import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { trpcServer } from '@hono/trpc-server'
import { initTRPC, TRPCError } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { type TrpcFailure, trpcErrors, trpcTracing } from 'hono-observability/rpc'
import { captured } from 'hono-observability/testing'
import { expect, it } from 'vitest'
import { MAX_PROCEDURES, saw } from '../../../../src/http/rpc/trpc-told.ts'
import { batch } from '../../../support/rpc/trpc.ts'
import { counted } from '../../../support/whole-trace.ts'

const METRIC = 'rpc.server.call.duration'
const POST = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
const CONSTANT = new TRPCError({ code: 'UNAUTHORIZED' })

/** It has no types of its own. */
const { WebSocketServer } = createRequire(import.meta.url)('ws') as {
  WebSocketServer: new (
    options: object,
  ) => Parameters<typeof applyWSSHandler>[0]['wss'] & { address(): AddressInfo; close(): void }
}

const t = initTRPC.create()
const traced = t.procedure.use(trpcTracing)
const router = t.router({
  constant: traced.query(() => {
    throw CONSTANT
  }),
  breaks: traced.subscription(async function* () {
    yield 1
    throw new RangeError('half-way')
  }),
  mutates: traced.mutation(() => 1),
  fine: traced.query(() => 1),
  late: traced.query(() => 1),
})

const appWith = (createContext?: () => never): Hono => {
  const app = new Hono()
  app.use(observability())
  app.use(
    '/trpc/*',
    trpcServer({ router, onError: trpcErrors, ...(createContext && { createContext }) }),
  )
  return app
}

const seenOf = async (app: Hono, path: string) => {
  const seen = await captured(app, path)
  return counted(seen, METRIC).map(
    (point) => `${point['rpc.method']} ${point['rpc.response.status_code'] ?? 'ok'} ${point.times}`,
  )
}

it('a failure that an app throws again and again is one for each call, in and before procedures', async () => {
  const failing = appWith(() => {
    throw CONSTANT
  })
  const working = appWith()
  for (let i = 0; i < 3; i++) {
    expect(await seenOf(working, '/trpc/constant')).toEqual(['constant UNAUTHORIZED 1'])
    expect(await seenOf(failing, '/trpc/constant')).toEqual(['constant UNAUTHORIZED 1'])
    const three = batch({}, {}, {})
    for (const app of [failing, working]) {
      expect(await seenOf(app, `/trpc/constant,constant,constant${three}`)).toEqual([
        'constant UNAUTHORIZED 3',
      ])
    }
  }
})

it('a subscription that fails half-way is one call', async () => {
  const app = appWith()
  const call = async () => {
    const response = await app.request('/trpc/breaks')
    expect(await response.text()).toContain('half-way')
    return response
  }
  const seen = await captured(call)
  expect(counted(seen, METRIC)).toMatchObject([
    { times: 1, 'rpc.method': 'breaks', 'error.type': 'INTERNAL_SERVER_ERROR' },
  ])
  expect(seen.spans.map(({ name }) => name)).toEqual(['GET /trpc/breaks', 'breaks'])
})

it('over a WebSocket, where callers say what they like, calls are counted by names of the server’s', async () => {
  const server = new WebSocketServer({ port: 0 })
  applyWSSHandler({ wss: server, router, onError: trpcErrors })
  const talk = async () => {
    // Telemetry begins with a request.
    await appWith().request('/trpc/fine')
    const socket = new WebSocket(`ws://localhost:${server.address().port}`)
    await once(socket, 'open')
    for (const [method, path] of [
      ['query', 'evil-name'],
      ['query', 'constant'],
      ['query', 'constant'],
      ['mutation', 'constant'],
    ]) {
      socket.send(JSON.stringify({ id: 1, method, params: { path } }))
      await once(socket, 'message')
    }
    socket.close()
    await once(socket, 'close')
  }
  const seen = await captured(talk)
  server.close()
  expect(counted(seen, METRIC).map((point) => `${point['rpc.method']} ${point.times}`)).toEqual([
    'fine 1',
    '_OTHER 1',
    'constant 2',
    'constant 1',
  ])
  expect(JSON.stringify(seen.metrics)).not.toContain('evil')
})

it('no caller can have a name put into metrics, whatever an adapter says of it', async () => {
  const app = new Hono()
  app.use(observability())
  app.get('/x/:path', (c) => {
    const failure: TrpcFailure = {
      error: new TRPCError({ code: 'NOT_FOUND' }),
      path: c.req.param('path'),
      type: 'evil-kind',
    }
    trpcErrors(failure)
    return c.text('')
  })
  const seen = await captured(app, '/x/evil-name')
  expect(seen.spans.map(({ name }) => name)).toEqual(['GET /x/:path', 'trpc'])
  expect(JSON.stringify(seen.metrics)).not.toContain('evil')
  expect(JSON.stringify(seen)).not.toContain('evil-kind')
  expect(seen.spans[1]?.attributes).toMatchObject({
    'rpc.method': '_OTHER',
    'rpc.method_original': 'evil-name',
  })
})

it('names of procedures are known when a call has come to them, and are no more than 1,000', async () => {
  expect(await seenOf(appWith(), '/trpc/mutates')).toEqual(['_OTHER METHOD_NOT_SUPPORTED 1'])
  await captured(appWith(), '/trpc/mutates', POST)
  expect(await seenOf(appWith(), '/trpc/mutates')).toEqual(['mutates METHOD_NOT_SUPPORTED 1'])
  for (let i = 0; i < MAX_PROCEDURES; i++) {
    saw(`one of many ${i}`, 'query')
  }
  const failing = appWith(() => {
    throw CONSTANT
  })
  await captured(appWith(), '/trpc/late')
  expect(await seenOf(failing, '/trpc/late')).toEqual(['_OTHER UNAUTHORIZED 1'])
})
