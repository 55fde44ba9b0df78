import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Json, type Open, send } from './backend.ts'
import {
  keyValues,
  log,
  logs,
  nano,
  request,
  START_MS,
  span,
  spanId,
  spans,
  traceId,
} from './records.ts'

/** What the MCP tool says: it has to say the same. */
async function told(ask: Ask): Promise<Answer> {
  const params = { name: 'errors', arguments: {} }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const response = await ask('/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { result } = (await response.json()) as Answer
  return JSON.parse(result.content[0].text)
}

const OWN = 'pay (/app/pay.ts:7:3)'

const exception = (message: string, frames: readonly string[] = [OWN], type = 'Error') => ({
  'exception.type': type,
  'exception.message': message,
  'exception.stacktrace': [`${type}: ${message}`, ...frames.map((each) => `  at ${each}`)].join(
    '\n',
  ),
})

const failed = (record: Json, message?: string, attributes?: Record<string, string>): Json => ({
  ...record,
  status: { code: 2, ...(message && { message }) },
  ...(attributes && {
    events: [
      { name: 'exception', timeUnixNano: nano(START_MS), attributes: keyValues(attributes) },
    ],
  }),
})

const server = (trace: number, status = 500): Json => request({ trace, span: 1, status })

const linkedTo = (record: Json, trace: number, number: number): Json => ({
  ...record,
  links: [{ traceId: traceId(trace), spanId: spanId(number) }],
})

/** One failure is one failure, however many spans and log records tell of it. */
export function errorTests(open: Open): void {
  const groupsOf = async (ask: Ask): Promise<Answer[]> => {
    const { errors } = await get(ask, '/api/errors')
    const facts = ({ type = '', message, at = null, count }: Answer) => ({
      type,
      message,
      at,
      count,
    })
    expect((await told(ask)).errors.map(facts)).toEqual(errors.map(facts))
    return errors
  }

  describe('errors', () => {
    it('count a failure once through spans that do not say that they failed', async () => {
      const ask = await open()
      const through = (trace: number): Json[] => [
        failed(server(trace), 'boom'),
        span({ trace, span: 2, parent: 1, name: 'middleware logger' }),
        span({ trace, span: 3, parent: 2, name: 'middleware cors' }),
        failed(span({ trace, span: 4, parent: 3, name: 'handler' }), 'boom', exception('boom')),
      ]
      // Whoever waits may arrive before or after what it waited for.
      await send(ask, 'traces', spans([...through(1), ...through(2).reverse()]))
      expect(await groupsOf(ask)).toMatchObject([
        { count: 2, message: 'boom', at: OWN, routes: ['GET /orders/:id'] },
      ])
    })

    it('count two failures of one request as two, where neither waited for the other', async () => {
      const ask = await open()
      const call = (number: number, message: string) =>
        failed(span({ trace: 1, span: number, parent: 1 }), message, exception(message))
      await send(ask, 'traces', spans([server(1), call(2, 'one'), call(3, 'other')]))
      expect((await groupsOf(ask)).map(({ message }) => message).sort()).toEqual(['one', 'other'])
    })

    it('count a message of a WebSocket, not its connection, which sums it up', async () => {
      const ask = await open()
      const connection = span({
        trace: 1,
        span: 2,
        parent: 1,
        name: 'websocket /chat/:room',
        attributes: { 'error.type': 'Error' },
      })
      const message = (trace: number) =>
        linkedTo(
          failed(
            span({ trace, span: 1, kind: 2, name: 'message /chat/:room' }),
            'boom',
            exception('boom'),
          ),
          1,
          2,
        )
      const upgrade = request({ trace: 1, span: 1, route: '/chat/:room', status: 101 })
      await send(ask, 'traces', spans([upgrade, failed(connection), message(2), message(3)]))
      expect(await groupsOf(ask)).toMatchObject([
        { type: 'Error', message: 'boom', count: 2, routes: ['message /chat/:room'] },
      ])
    })

    it('count the connection of a WebSocket whose failure nothing else tells of', async () => {
      const ask = await open()
      const attributes = { 'error.type': 'ReadError' }
      const connection = failed(span({ trace: 1, span: 2, name: 'websocket /chat', attributes }))
      const other = linkedTo(
        failed(span({ trace: 2, span: 1 }), 'boom', exception('boom', [OWN], 'TypeError')),
        1,
        2,
      )
      await send(ask, 'traces', spans([connection, other]))
      expect((await groupsOf(ask)).map(({ type }) => type).sort()).toEqual([
        'ReadError',
        'TypeError',
      ])
    })

    it('find the place in the stack of a log record, where exceptions are logged', async () => {
      const ask = await open()
      const record = (trace: number, message: string, frames: string[], eventName = '') => ({
        ...log({ trace, span: 1, severity: 17, body: '', attributes: exception(message, frames) }),
        ...(eventName && { eventName }),
      })
      await send(ask, 'traces', spans([failed(server(1), 'gone'), failed(server(2), 'gone')]))
      await send(
        ask,
        'logs',
        logs([
          // What a handler caught before says nothing of what it failed with.
          record(1, 'cache is cold', ['warm (/app/cache.ts:1:1)']),
          record(1, 'gone', [OWN]),
          record(1, 'while closing', ['close (/app/close.ts:1:1)']),
          record(2, '[redacted]', [OWN], 'http.server.request.exception'),
          record(3, 'gone', ['elsewhere (/app/else.ts:1:1)']),
        ]),
      )
      expect(await groupsOf(ask)).toMatchObject([
        { type: 'Error', message: 'gone', at: OWN, count: 2 },
      ])
    })

    it('have the stack of the request for a span that tells of the same exception without one', async () => {
      const ask = await open()
      const message = 'no order 17'
      await send(
        ask,
        'traces',
        spans([
          failed(server(1), message),
          span({ trace: 1, span: 2, parent: 1, name: 'middleware logger' }),
          failed(span({ trace: 1, span: 3, parent: 2, name: 'price' }), message),
        ]),
      )
      const record = log({ trace: 1, span: 1, severity: 17, attributes: exception(message) })
      await send(ask, 'logs', logs([record]))
      expect(await groupsOf(ask)).toMatchObject([
        { message: 'no order …', at: OWN, count: 1, sample: { spanId: spanId(3) } },
      ])
    })

    it('ends, whoever says to be whose parent', async () => {
      const ask = await open()
      const circle = [1, 2, 3].map((number) =>
        failed(span({ trace: 1, span: number, parent: (number % 3) + 1 }), 'x'),
      )
      const unset = [5, 6].map((number) => span({ trace: 1, span: number, parent: 11 - number }))
      const within = failed(span({ trace: 1, span: 4, parent: 5 }), 'y')
      await send(ask, 'traces', spans([...circle, ...unset, within]))
      expect((await groupsOf(ask)).map((each) => each.message)).toEqual(['y'])
    })

    it.each([
      ['the app', ['lib (/app/node_modules/x.js:1:1)', OWN], OWN],
      [
        'a function without a name',
        ['lib (/app/node_modules/x.js:1:1)', '<anonymous> (/app/a.ts:1:2)'],
        '<anonymous> (/app/a.ts:1:2)',
      ],
      [
        'a module',
        ['lib (/app/node_modules/x.js:1:1)', 'Object.<anonymous> (/app/a.ts:3:1)'],
        'Object.<anonymous> (/app/a.ts:3:1)',
      ],
      ['not a built-in', ['Array.map (<anonymous>)', 'Promise.all (index 0)', OWN], OWN],
      ['not Node', ['listOnTimeout (node:internal/timers:1:1)', OWN], OWN],
      ['not Bun', ['processTicksAndRejections (native:7:39)', OWN], OWN],
      [
        'not Deno',
        ['ext:core/01_core.js:1:1', 'eventLoopTick (ext:core/01_core.js:1:1)', OWN],
        OWN,
      ],
      [
        'a library, where there is nothing else',
        ['Timeout (/app/node_modules/hono/timeout.js:1:1)', 'list (node:internal/timers:1:1)'],
        'Timeout (/app/node_modules/hono/timeout.js:1:1)',
      ],
    ])('began in %s', async (_, frames, at) => {
      const ask = await open()
      await send(ask, 'traces', spans([failed(server(1), 'boom', exception('boom', frames))]))
      expect(await groupsOf(ask)).toMatchObject([{ at }])
    })
  })
}
