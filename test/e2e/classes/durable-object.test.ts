import { describe, expect, it } from 'vitest'
import { checkSpans } from '../../support/span-checks.ts'
import { spanNamed, treeOf, useClassesWorker } from './harness.ts'

const ERROR = 2
const POST = 'POST /rooms/:name/:method'

const harness = useClassesWorker()
const room = (method: string, ...args: unknown[]) =>
  harness.call(`POST /rooms/a/${method}`, ...args)

interface Rooms {
  ROOM: { getByName(name: string): { hello(name: string): Promise<string> } }
}

describe('an RPC method', () => {
  it('is a server span below that of its caller, and the methods it calls are none', async () => {
    expect(await room('hello', 'Ada')).toBe('hello Ada')
    const spans = await harness.spans(POST, 'RoomObject/hello')
    expect(treeOf(spans, POST)).toEqual([
      `${POST} (server)`,
      '  ROOM/hello (client)',
      '    RoomObject/hello (server)',
    ])
    expect(checkSpans(spans)).toEqual([])
    expect(spanNamed(spans, 'RoomObject/hello').attributes).toEqual({
      'rpc.system.name': 'jsrpc',
      'rpc.method': 'RoomObject/hello',
    })
    expect(
      (await harness.points('rpc.server.call.duration')).map((point) => point.attributes),
    ).toEqual([{ 'rpc.system.name': 'jsrpc', 'rpc.method': 'RoomObject/hello' }])
  })

  it('does not get to see what carries the trace', async () => {
    expect(await room('argumentsOf', 1, { two: 2 })).toEqual([1, { two: 2 }])
  })

  it('sends its span by itself when nothing else is instrumented', async () => {
    harness.sink.clear()
    // Straight from Node, over a Worker of Miniflare's own.
    const { ROOM } = await harness.worker.env<Rooms>()
    expect(await ROOM.getByName('alone').hello('Ada')).toBe('hello Ada')
    const spans = await harness.spans('RoomObject/hello')
    expect(spanNamed(spans, 'RoomObject/hello').parentSpanId).toBe('')
  })

  it('that fails is an ERROR, and throws what it threw', async () => {
    await expect(room('fail')).rejects.toThrow('500')
    const spans = await harness.spans(POST, 'RoomObject/fail')
    expect(spanNamed(spans, 'RoomObject/fail')).toMatchObject({
      status: { code: ERROR, message: 'no room' },
      attributes: { 'error.type': 'RangeError' },
    })
    const points = await harness.points('rpc.server.call.duration')
    expect(points[0]?.attributes['error.type']).toBe('RangeError')
  })

  it('may be inherited, and is called by the name of the class that was instrumented', async () => {
    expect(await room('inherited')).toBe('RoomObject')
    await harness.spans('RoomObject/inherited')
  })

  it('may be a getter', async () => {
    expect(await harness.call('GET /visits')).toBe(0)
    expect(spanNamed(await harness.spans('RoomObject/visits'), 'RoomObject/visits').kind).toBe(2)
  })

  it('returns streams and objects with methods as they are', async () => {
    expect(await harness.call('GET /stream')).toBe('streamed')
    await harness.spans('RoomObject/stream')
    expect(await harness.call('GET /counter')).toBe(2)
    await harness.spans('RoomObject/counter')
  })

  it('calls its own methods from callbacks of the platform too', async () => {
    expect(await room('roundabout', 'Ada')).toEqual(['hello Ada', 'hello Ada', 'hello Ada'])
    const spans = await harness.spans(POST, 'RoomObject/roundabout')
    expect(treeOf(spans, 'RoomObject/roundabout')).toEqual([
      'RoomObject/roundabout (server)',
      '  transaction RoomObject (client)',
    ])
    expect(spans.map(({ name }) => name)).not.toContain('RoomObject/greeting')
  })

  it('takes the work it leaves to waitUntil into its trace', async () => {
    expect(await room('late')).toBe('early')
    const spans = await harness.spans('late work', POST)
    expect(treeOf(spans, 'RoomObject/late')).toEqual([
      'RoomObject/late (server)',
      '  late work (internal)',
    ])
  })
})

it('leaves the memory when it is idle, as it would without us', async () => {
  await harness.call('POST /rooms/visits/hello', 'Ada')
  expect(await harness.call('GET /visits')).toBe(1)
  await harness.spans('RoomObject/visits')
  // The runtime waits 10 seconds.
  await new Promise((resolve) => setTimeout(resolve, 13_000))
  expect(await harness.call('GET /visits')).toBe(0)
})

it('keeps ctx, storage and class what they are', async () => {
  expect(await room('identity')).toEqual([true, true, true, true, true, true])
})

describe('storage', () => {
  it('has a span for each operation, without keys and values', async () => {
    expect(await room('stored')).toEqual(['secret value', ['a'], 3, true])
    const spans = await harness.spans(POST, 'RoomObject/stored')
    expect(treeOf(spans, 'RoomObject/stored')).toEqual([
      'RoomObject/stored (server)',
      '  put RoomObject (client)',
      '  put RoomObject (client)',
      '  get RoomObject (client)',
      '  get RoomObject (client)',
      '  list RoomObject (client)',
      '  transaction RoomObject (client)',
      '    put RoomObject (client)',
      '    get RoomObject (client)',
      '  delete RoomObject (client)',
    ])
    expect(spanNamed(spans, 'put RoomObject').attributes).toEqual({
      'db.system.name': 'cloudflare-durable-object',
      'db.namespace': 'RoomObject',
      'db.operation.name': 'put',
    })
    const seen = harness.sink.requests.map((request) => JSON.stringify(request)).join()
    expect(seen).not.toContain('secret')
    const points = await harness.points('db.client.operation.duration')
    expect(points.map(({ attributes }) => attributes['db.operation.name'])).toContain('transaction')
  })

  it('has a span for each statement, with parameters in place of values', async () => {
    expect(await room('queried')).toEqual([[{ name: 'Grace' }], 'number'])
    const spans = await harness.spans(POST, 'RoomObject/queried')
    expect(treeOf(spans, 'RoomObject/queried')).toEqual([
      'RoomObject/queried (server)',
      '  transaction RoomObject (client)',
      '    INSERT guests (client)',
      '  UPDATE guests (client)',
      '  SELECT guests (client)',
      '  SELECT nowhere (client)',
    ])
    expect(spanNamed(spans, 'UPDATE guests').attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.namespace': 'RoomObject',
      'db.operation.name': 'UPDATE',
      'db.collection.name': 'guests',
      'db.query.summary': 'UPDATE guests',
      'db.query.text': 'UPDATE guests SET name = ?',
    })
    expect(spanNamed(spans, 'SELECT nowhere')).toMatchObject({
      status: { code: ERROR },
      attributes: { 'error.type': 'SQLITE_ERROR', 'db.response.status_code': 'SQLITE_ERROR' },
    })
  })

  it('works for a query builder', async () => {
    expect(await harness.call('POST /rooms/built/built')).toEqual([{ name: 'Hedy', age: 40 }])
    const spans = await harness.spans(POST, 'RoomObject/built')
    expect(treeOf(spans, 'RoomObject/built')).toEqual([
      'RoomObject/built (server)',
      '  transaction RoomObject (client)',
      '    INSERT guests (client)',
      '  SELECT guests (client)',
    ])
  })

  it('has no spans when they are turned off', async () => {
    expect(await harness.call('POST /quiet/stored')).toEqual(['secret value', ['a'], 3, true])
    const spans = await harness.spans('RoomObject/stored', 'POST /quiet/:method')
    expect(treeOf(spans, 'RoomObject/stored')).toEqual(['RoomObject/stored (server)'])
  })
})

describe('events', () => {
  it('of alarms have spans in traces of their own, the ones that fail too', async () => {
    await harness.call('POST /rooms/sleepy/wake', 50)
    await harness.spans('alarm RoomObject')
    const alarms = () => harness.sink.spans().filter(({ name }) => name === 'alarm RoomObject')
    await harness.sink.waitFor(() => alarms().length === 2, 15_000)
    expect(alarms()).toMatchObject([
      {
        kind: 1,
        parentSpanId: '',
        status: { code: ERROR },
        attributes: {
          'code.function.name': 'RoomObject.alarm',
          'faas.trigger': 'timer',
          'hono.alarm.retry_count': 0,
          'hono.alarm.is_retry': false,
          'hono.alarm.lateness_ms': expect.anything(),
          'error.type': 'RangeError',
        },
      },
      {
        status: { code: 0 },
        attributes: { 'hono.alarm.retry_count': 1, 'hono.alarm.is_retry': true },
      },
    ])
    expect(alarms()[0]?.traceId).not.toBe(alarms()[1]?.traceId)
  })

  it('of hibernating WebSockets have spans, without what is said', async () => {
    harness.sink.clear()
    const socket = new WebSocket(`${harness.worker.url.replace('http', 'ws')}/room/socket`)
    const answer = () => new Promise((resolve) => socket.addEventListener('message', resolve))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('hush hush')
    await answer()
    socket.send(new Uint8Array(3))
    await answer()
    socket.close(1000, 'bye')
    const spans = await harness.spans('webSocketClose RoomObject')
    const events = spans.filter(({ name }) => name.startsWith('webSocket'))
    expect(events).toMatchObject([
      {
        name: 'webSocketMessage RoomObject',
        kind: 2,
        attributes: { 'hono.websocket.message.type': 'text', 'hono.websocket.message.size': 9 },
      },
      {
        name: 'webSocketMessage RoomObject',
        attributes: { 'hono.websocket.message.type': 'binary', 'hono.websocket.message.size': 3 },
      },
      {
        name: 'webSocketClose RoomObject',
        attributes: { 'hono.websocket.close.code': 1000, 'hono.websocket.close.clean': true },
      },
    ])
    expect(spans.map((span) => JSON.stringify(span.attributes, String)).join()).not.toContain(
      'hush',
    )
    expect(spanNamed(spans, 'GET ROOM').attributes['http.response.status_code']).toBe(101)
  })
})

describe('fetch', () => {
  it('is one span, also when the object runs an app with the middleware', async () => {
    expect(await harness.call('GET /room/rooms/7')).toBe('7')
    const spans = await harness.spans('GET /room/*', 'GET /rooms/:name')
    expect(treeOf(spans, 'GET /room/*')).toEqual([
      'GET /room/* (server)',
      '  GET ROOM (client)',
      '    GET /rooms/:name (server)',
    ])
    const points = await harness.points('http.server.request.duration')
    expect(points.map(({ attributes }) => attributes['http.route']).sort()).toEqual([
      '/room/*',
      '/rooms/:name',
    ])
  })

  it('hands the trace on: Worker, object, Worker', async () => {
    expect(await harness.call('GET /room/out')).toBe('served')
    const spans = await harness.spans('GET /room/*', 'GET /out', 'GET')
    expect(treeOf(spans, 'GET /room/*')).toEqual([
      'GET /room/* (server)',
      '  GET ROOM (client)',
      '    GET /out (server)',
      '      GET SERVICE (client)',
      '        GET (server)',
    ])
  })
})

it('hands the trace on over RPC: Worker, object, Worker', async () => {
  expect(await room('add', 1, 2)).toBe(3)
  const spans = await harness.spans(POST, 'RoomObject/add', 'ServiceEntrypoint/add')
  expect(treeOf(spans, POST)).toEqual([
    `${POST} (server)`,
    '  ROOM/add (client)',
    '    RoomObject/add (server)',
    '      SERVICE/add (client)',
    '        ServiceEntrypoint/add (server)',
  ])
})
