import { env } from 'cloudflare:test'
import type { ReadableSpan, SpanProcessor } from 'hono-observability'
import { expect, it } from 'vitest'
import { inRequest } from './bindings-support.ts'

const ERROR = 2
const CLIENT = 3

it('makes client spans of reads, and tells hits from misses', async () => {
  await env.CACHE.put('there', '{"a":1}', { metadata: { by: 'me' } })
  const use = async ({ CACHE }: typeof env) => [
    await CACHE.get('there'),
    await CACHE.get('there', 'json'),
    await CACHE.get('there', { type: 'json', cacheTtl: 60 }),
    await CACHE.get('absent'),
    await new Response(await CACHE.get('there', 'stream')).text(),
    new TextDecoder().decode((await CACHE.get('there', 'arrayBuffer')) as ArrayBuffer),
    (await CACHE.getWithMetadata('there')).metadata,
    (await CACHE.getWithMetadata('absent')).value,
    [...(await CACHE.get(['there', 'absent'])).values()],
  ]
  const { spans, value, error, capture } = await inRequest(env, use)
  expect(error).toBeUndefined()
  expect(value).toEqual(await use(env))
  expect(spans).toHaveLength(9)
  expect(spans[0]).toMatchObject({ name: 'get CACHE', kind: CLIENT })
  expect(spans[2]?.attributes).toEqual({
    'db.system.name': 'cloudflare-kv',
    'db.namespace': 'CACHE',
    'db.operation.name': 'get',
    'cloudflare.binding.type': 'KV',
    'cloudflare.binding.name': 'CACHE',
    'cloudflare.kv.query.type': 'json',
    'cloudflare.kv.query.cache_ttl': 60,
    'hono.cache.result': 'hit',
  })
  expect(spans.map(({ attributes }) => attributes['hono.cache.result'])).toEqual([
    'hit',
    'hit',
    'hit',
    'miss',
    'hit',
    'hit',
    'hit',
    'miss',
    undefined,
  ])
  expect(spans[8]?.attributes).toMatchObject({
    'cloudflare.kv.query.keys.count': 2,
    'cloudflare.kv.response.returned_rows': 1,
  })
  const counted = capture
    .points('hono.cache.lookups')
    .map(({ attributes, value }) => [attributes['hono.cache.result'], value])
  expect(Object.fromEntries(counted)).toEqual({ hit: 7, miss: 3 })
})

it('covers put, list and delete, and records neither keys nor values', async () => {
  const { spans, capture } = await inRequest(env, async ({ CACHE }) => {
    await CACHE.put('session:4711', 's3cret', { expirationTtl: 60 })
    await CACHE.list({ prefix: 'session:' })
    await CACHE.delete('session:4711')
  })
  expect(spans.map(({ name }) => name)).toEqual(['put CACHE', 'list CACHE', 'delete CACHE'])
  expect(spans[0]?.attributes['cloudflare.kv.query.expiration_ttl']).toBe(60)
  expect(spans[1]?.attributes).toMatchObject({
    'cloudflare.kv.response.returned_rows': 1,
    'cloudflare.kv.response.list_complete': true,
  })
  expect(capture.text).not.toMatch(/4711|s3cret|session:/)
  expect(await env.CACHE.get('session:4711')).toBeNull()
})

it('records keys when asked', async () => {
  const { capture } = await inRequest(env, ({ CACHE }) => CACHE.get('product:7'), { keys: true })
  expect(capture.text).toContain('product:7')
})

it('ends the span of a failing put, and loses neither it nor the error', async () => {
  const key = 'x'.repeat(600)
  const raw = await env.CACHE.put(key, '').catch((error: unknown) => error)
  const { spans, error, capture } = await inRequest(env, ({ CACHE }) => CACHE.put(key, ''))
  expect((error as Error).message).toBe((raw as Error).message)
  expect(spans).toHaveLength(1)
  expect(spans[0]).toMatchObject({ name: 'put CACHE', status: { code: ERROR } })
  expect(spans[0]?.attributes['error.type']).toBe('Error')
  expect(spans[0]?.events[0]?.name).toBe('exception')
  expect(capture.points('db.client.operation.duration')[0]?.attributes['error.type']).toBe('Error')
})

it('attributes what is done in waitUntil, after the response, to the request', async () => {
  const ended: ReadableSpan[] = []
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  await inRequest(
    env,
    ({ CACHE }, c) => {
      c.executionCtx.waitUntil(
        (async () => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          await CACHE.put('late', '1')
        })(),
      )
    },
    {},
    { traces: { processors: [processor] } },
  )
  expect(ended.map(({ name }) => name)).toEqual(['GET /', 'put CACHE'])
  expect(ended[1]?.parentSpanContext?.spanId).toBe(ended[0]?.spanContext().spanId)
})

it('makes no spans, but measures, in a trace that is not sampled', async () => {
  const { capture, spans } = await inRequest(
    env,
    ({ CACHE }) => CACHE.get('absent'),
    {},
    { traces: { sampler: 'always_off' } },
  )
  expect(spans).toEqual([])
  expect(capture.points('db.client.operation.duration')).toMatchObject([{ count: 1 }])
})
