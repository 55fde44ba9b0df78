import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLIENT,
  CONSUMER,
  ERROR,
  type Harness,
  INTERNAL,
  PRODUCER,
  type Span,
  startHarness,
} from './harness.ts'

/** In ../../workerd/bindings-worker/cases.ts. `traceparent` is what differs, and `standIns` is about the platform. */
const CASES = [
  'env',
  'r2',
  'r2Multipart',
  'r2Fails',
  'queue',
  'rpc',
  'rpcFails',
  'rpcPipelined',
  'callersInErrors',
  'rpcService',
  'rpcStubArgument',
  'fetchObject',
  'fetchLikeRequest',
  'fetchRequest',
  'cache',
  'returnedStub',
  'spannedCall',
  'spannedRejections',
  'returnedTwice',
  'disposed',
  'passedOn',
  'passedOnService',
  'returnedFunction',
  'returnedInObject',
  'returnedDurableObject',
  'pipelined',
  'chained',
  'promise',
  'promiseAsArgument',
  'stubItself',
  'outlasting',
  'received',
  'unhandledRejections',
  'workflow',
  'workflowBatch',
  'workflowFails',
  'images',
  'rateLimit',
  'email',
  'analytics',
  'ai',
  'vectorize',
  'browser',
  'dispatch',
  'untouched',
]

let harness: Harness

beforeAll(async () => {
  harness = await startHarness()
})

afterAll(async () => {
  await harness?.worker.stop()
})

const spans = (): Promise<Span[]> => harness.spans()
const call = (path: string): Promise<unknown> => harness.call(path)
const spansOf = (name: string): Promise<Span[]> => harness.spansOf(name)
const namesOf = (name: string): Promise<string[]> => harness.namesOf(name)

const post = async (path: string, body: unknown): Promise<unknown> => {
  await spans()
  const response = await fetch(harness.worker.url + path, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

const spanNamed = async (name: string): Promise<Span | undefined> =>
  (await spans()).find((span) => span.name === name)

it.each(CASES)(
  'gives the same result on the wrapped environment as on the raw one: %s',
  async (name) => {
    expect(await call(`/wrapped/${name}`)).toEqual(await call(`/raw/${name}`))
  },
)

it('knows all cases', async () => {
  const all = await (await fetch(`${harness.worker.url}/cases`)).json()
  expect(all.toSorted()).toEqual([...CASES, 'traceparent', 'standIns'].toSorted())
})

describe('spans of', () => {
  it('R2', async () => {
    const all = await spansOf('r2')
    expect(all.map(({ name }) => name)).toEqual([
      'put BUCKET',
      'get BUCKET',
      'get BUCKET',
      'put BUCKET',
      'get BUCKET',
      'head BUCKET',
      'list BUCKET',
      'delete BUCKET',
    ])
    expect(all[1]).toMatchObject({
      kind: CLIENT,
      attributes: {
        'cloudflare.binding.type': 'R2',
        'cloudflare.r2.operation': 'get',
        'cloudflare.r2.response.size': 5,
        'hono.cache.result': 'hit',
      },
    })
    expect(all[4]?.attributes['hono.cache.result']).toBe('miss')
    expect(JSON.stringify(all)).not.toContain('absent')
  })

  it('multipart uploads of R2', async () => {
    expect(await namesOf('r2Multipart')).toEqual([
      'createMultipartUpload BUCKET',
      'uploadPart BUCKET',
      'completeMultipartUpload BUCKET',
      'createMultipartUpload BUCKET',
      'abortMultipartUpload BUCKET',
    ])
  })

  it('an upload that fails', async () => {
    expect(await spansOf('r2Fails')).toMatchObject([
      { name: 'completeMultipartUpload BUCKET', status: ERROR },
    ])
  })

  it('queue producers, without using an iterable up', async () => {
    const all = await spansOf('queue')
    expect(all).toMatchObject([
      { name: 'send ORDERS', kind: PRODUCER },
      { name: 'sendBatch ORDERS', attributes: { 'messaging.batch.message_count': 2 } },
      { name: 'sendBatch ORDERS' },
    ])
    expect(all[2]?.attributes).not.toHaveProperty('messaging.batch.message_count')
  })

  it('RPC methods of Durable Objects and services, pipelined ones included', async () => {
    const [hello, ...others] = await spansOf('rpc')
    expect(others).toEqual([])
    expect(hello).toMatchObject({
      name: 'ROOM/hello',
      kind: CLIENT,
      attributes: { 'rpc.system.name': 'jsrpc', 'rpc.method': 'ROOM/hello' },
    })
    expect(await namesOf('rpcPipelined')).toEqual([
      'ROOM/counter',
      'ROOM/counter.add',
      'ROOM/counter',
      'ROOM/counter.add',
    ])
    expect(await namesOf('rpcService')).toEqual(['SERVICE/add'])
    expect(await spansOf('rpcFails')).toMatchObject([
      { name: 'ROOM/fail', status: ERROR, attributes: { 'error.type': 'RangeError' } },
    ])
  })

  it('fetch of Durable Objects and services, without queries', async () => {
    expect(await spansOf('fetchObject')).toMatchObject([
      {
        name: 'POST ROOM',
        kind: CLIENT,
        attributes: { 'url.full': 'http://room.test/path', 'http.response.status_code': 200 },
      },
    ])
    expect(await spansOf('fetchRequest')).toMatchObject([
      { name: 'GET SERVICE', status: ERROR, attributes: { 'error.type': '404' } },
    ])
  })

  it('the Cache API', async () => {
    const all = await spansOf('cache')
    expect(all.map(({ name }) => name)).toEqual([
      'match pages',
      'put pages',
      'match pages',
      'match default',
      'delete pages',
    ])
    expect(all.map(({ attributes }) => attributes['hono.cache.result'])).toEqual([
      'miss',
      undefined,
      'hit',
      'miss',
      undefined,
    ])
  })

  it('the environment itself, and bindings that are not instrumented: none', async () => {
    expect(await spansOf('env')).toEqual([])
  })
})

it('sends the trace along with fetch of a service', async () => {
  await spans()
  const traceparent = await call('/wrapped/traceparent')
  const span = await spanNamed('GET SERVICE')
  expect(traceparent).toBe(`00-${span?.traceId}-${span?.spanId}-03`)
})

describe('instrument', () => {
  it('makes a span at the root of a trace of a cron trigger, with what it calls below', async () => {
    expect(await post('/scheduled', { cron: '* * * * *' })).toBe('ok')
    const all = await spans()
    const cron = all.find(({ name }) => name === 'scheduled * * * * *')
    expect(cron).toMatchObject({
      kind: INTERNAL,
      status: 0,
      attributes: { 'faas.trigger': 'timer', 'faas.cron': '* * * * *' },
    })
    expect(cron).not.toHaveProperty('parentId')
    expect(cron?.attributes['hono.scheduled.lateness_ms']).toBeGreaterThanOrEqual(3000)
    expect(all.find(({ name }) => name === 'put CACHE')).toMatchObject({
      traceId: cron?.traceId,
      parentId: cron?.spanId,
    })
  })

  it('records what a cron trigger throws, and lets the platform see it', async () => {
    expect(await post('/scheduled', { cron: 'fail' })).toBe('exception')
    expect(await spanNamed('scheduled fail')).toMatchObject({
      status: ERROR,
      attributes: { 'error.type': 'RangeError' },
    })
  })

  it('makes one consumer span of a batch, with the outcome of each message', async () => {
    expect(await post('/queue', ['ack', 'retry', 'none'])).toMatchObject({
      outcome: 'ok',
      explicitAcks: ['message 0'],
      retryMessages: [{ msgId: 'message 1' }],
    })
    const span = await spanNamed('process orders')
    expect(span).toMatchObject({
      kind: CONSUMER,
      attributes: {
        'messaging.system': 'cloudflare_queues',
        'messaging.destination.name': 'orders',
        'messaging.operation.type': 'process',
        'messaging.batch.message_count': 3,
        'hono.queue.acked': 2,
        'hono.queue.retried': 1,
        'hono.queue.redelivered': 2,
      },
    })
    expect(span?.attributes['hono.queue.longest_wait_ms']).toBeGreaterThanOrEqual(5000)
  })

  it('counts the messages without a decision as retried when the handler throws', async () => {
    expect(await post('/queue', ['ack', 'throw', 'none'])).toMatchObject({ outcome: 'exception' })
    expect(await spanNamed('process orders')).toMatchObject({
      status: ERROR,
      attributes: { 'hono.queue.acked': 1, 'hono.queue.retried': 2 },
    })
  })
})
