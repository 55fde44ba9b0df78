import { Hono } from 'hono'
import { log, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { captured } from 'hono-observability/testing'
import { observeUpgrade } from 'hono-observability/websocket'
import { describe, expect, it } from 'vitest'
import { adapter, type Handlers, named, point, type Talk, talking } from './talking.ts'

describe('a connection', () => {
  it('has its first twenty messages as events, and counts them all', async () => {
    const result = await talking({ onMessage: (_event, ws) => ws.send('ok') }, (talk) => {
      talk.open()
      for (let i = 0; i < 1000; i++) {
        talk.say('ü')
      }
      talk.close()
    })
    const [connection] = named(result, 'websocket /chat/:room')
    expect(connection?.events).toHaveLength(20)
    expect(connection?.attributes).toMatchObject({
      'hono.websocket.received.messages': 1000,
      'hono.websocket.received.bytes': 2000,
      'hono.websocket.sent.messages': 1000,
      'hono.websocket.sent.bytes': 2000,
    })
    expect(point(result, 'hono.websocket.messages', 'receive')?.value).toBe(1000)
    expect(named(result, 'message /chat/:room')).toEqual([])
  })

  it('has a reason of 123 characters, without secrets', async () => {
    const result = await talking({}, (talk) => {
      talk.open()
      talk.close(1000, `password=hunter2hunter2 ${'x'.repeat(1000)}`)
    })
    const reason = String(
      named(result, 'websocket /chat/:room')[0]?.attributes['hono.websocket.close.reason'],
    )
    expect(reason.length).toBeLessThanOrEqual(123)
    expect(reason).not.toContain('hunter2')
  })

  it('is measured with few codes, whatever clients close with', async () => {
    const measured: Record<number, number> = {
      1000: 1000,
      1001: 1001,
      1006: 1006,
      1015: 1015,
      3000: 3000,
      3999: 3000,
      4000: 4000,
      4321: 4000,
      4999: 4000,
      // No code to close with, and no normal close.
      999: 0,
      1016: 0,
      1500: 0,
      1999: 0,
      2500: 0,
      70000: 0,
    }
    for (const [code, expected] of Object.entries(measured)) {
      const result = await talking({}, (talk) => {
        talk.open()
        talk.close(Number(code))
      })
      expect(
        named(result, 'websocket /chat/:room')[0]?.attributes['hono.websocket.close.code'],
      ).toBe(Number(code))
      expect(
        point(result, 'hono.websocket.connection.duration')?.attributes[
          'hono.websocket.close.code'
        ],
      ).toBe(expected)
    }
  })

  it('is counted once, however often its socket says that it opens or closes', async () => {
    const result = await talking({}, (talk) => {
      talk.open()
      talk.open()
      talk.close()
      talk.close()
      talk.say('late')
    })
    expect(named(result, 'websocket /chat/:room')).toHaveLength(1)
    expect(point(result, 'hono.websocket.connections')?.value).toBe(0)
    expect(point(result, 'hono.websocket.connection.duration')?.count).toBe(1)
  })

  it('does not count what is sent when it is closing', async () => {
    const result = await talking({}, (talk) => {
      talk.open()
      talk.socket.send('heard')
      talk.socket.readyState = 2
      talk.socket.send('lost')
      talk.close()
    })
    expect(point(result, 'hono.websocket.messages', 'transmit')?.value).toBe(1)
  })

  it('that broke off has the code that RFC 6455 gives it, where the runtime says 0', async () => {
    const result = await talking({}, (talk) => {
      talk.open()
      talk.close(0)
    })
    const code = 'hono.websocket.close.code'
    expect(named(result, 'websocket /chat/:room')[0]?.attributes[code]).toBe(1006)
    expect(point(result, 'hono.websocket.connection.duration')?.attributes[code]).toBe(1006)
  })

  it('that is broken is an error', async () => {
    const result = await talking({ onError: () => {} }, (talk) => {
      talk.open()
      talk.fail()
      talk.close(1006)
    })
    const [connection] = named(result, 'websocket /chat/:room')
    expect([connection?.status, connection?.attributes['error.type']]).toEqual(['error', '_OTHER'])
    expect(connection?.attributes['hono.websocket.failures']).toBeUndefined()
  })

  it('leaves a line of its end, unless there are no access lines', async () => {
    const end = (options: ObservabilityOptions) =>
      talking(
        {},
        (talk) => {
          talk.open()
          talk.close(4001)
        },
        {},
        options,
      )
    const { logs, spans } = await end({})
    const line = logs.find(({ logger }) => logger === 'websocket')
    expect(line).toMatchObject({ message: 'websocket /chat/:room 4001', level: 'info' })
    expect(line?.span_id).toBe(spans.find(({ name }) => name === 'websocket /chat/:room')?.spanId)
    expect((await end({ logs: { access: false } })).logs).toEqual([])
  })

  it('is not observed where its request is ignored', async () => {
    const result = await talking(
      { onMessage: () => log.info('heard') },
      (talk) => {
        talk.open()
        talk.say('hello')
        talk.close()
      },
      {},
      { http: { ignore: ['/chat/a'] } },
    )
    expect(result.spans).toEqual([])
    expect(point(result, 'hono.websocket.messages', 'receive')?.value ?? 0).toBe(0)
  })

  it('works where nothing is traced', async () => {
    const result = await talking(
      { onMessage: (_event, ws) => withSpan('work', () => ws.send('ok')) },
      (talk) => {
        talk.open()
        talk.say('hello')
        talk.close()
        expect(talk.socket.sent).toEqual(['ok'])
      },
      { messages: 'spans' },
      { traces: false },
    )
    // Of another app of this process, which others ask for spans.
    expect(result.spans.filter(({ name }) => name !== 'work')).toEqual([])
    expect(point(result, 'hono.websocket.messages', 'receive')?.value).toBe(1)
  })
})

describe('a message', () => {
  it('that records nothing has no span, however long it takes', async () => {
    const result = await talking(
      {
        onMessage: async () => {
          await new Promise((resolve) => setTimeout(resolve, 5))
        },
      },
      async (talk) => {
        talk.open()
        await talk.say('hello')
        talk.close()
      },
    )
    expect(result.spans.map(({ name }) => name)).toEqual([
      'GET /chat/:room',
      'websocket /chat/:room',
    ])
  })

  it('has a span for what it records, at the root of a trace, with a link to the connection', async () => {
    const result = await talking(
      { onMessage: () => withSpan('work', () => log.info('heard')) },
      (talk) => {
        talk.open()
        talk.say('hello')
        talk.say('again')
        talk.close()
      },
    )
    const [connection] = named(result, 'websocket /chat/:room')
    const messages = named(result, 'message /chat/:room')
    expect(messages).toHaveLength(2)
    for (const message of messages) {
      expect(message.parentSpanId).toBeUndefined()
      expect(message).toMatchObject({
        kind: 'server',
        attributes: { 'hono.websocket.message.type': 'text', 'hono.websocket.message.size': 5 },
        links: [
          {
            traceId: connection?.traceId,
            spanId: connection?.spanId,
            attributes: { 'hono.link.reason': 'websocket' },
          },
        ],
      })
    }
    expect(named(result, 'work').map(({ parent }) => parent)).toEqual(
      Array(2).fill('message /chat/:room'),
    )
    const [request] = result.logs.filter(({ logger }) => logger === 'access')
    // The request's id is that of the upgrade.
    expect(result.logs.find(({ message }) => message === 'heard')?.request_id).toBe(
      request?.request_id,
    )
  })

  it.each(['events', 'spans', 'none'] as const)(
    'has a span from when it came to the end of its handler, with `%s`, whenever that is asked for',
    async (messages) => {
      const tookMs: number[] = []
      const wait = () => new Promise((resolve) => setTimeout(resolve, 60))
      const result = await talking(
        {
          onMessage: async () => {
            const startedMs = performance.now()
            await wait()
            withSpan('work', () => {})
            await wait()
            tookMs.push(performance.now() - startedMs)
          },
        },
        async (talk) => {
          talk.open()
          await talk.say('hello')
          talk.close()
        },
        { messages },
      )
      const { durationMs = 0 } = named(result, 'message /chat/:room')[0] ?? {}
      expect(durationMs).toBeGreaterThanOrEqual((tookMs[0] as number) - 2)
      expect(durationMs).toBeLessThan((tookMs[0] as number) + 50)
    },
  )

  it.each(['spans', 'none'] as const)(
    'is no event of the connection with `%s`',
    async (messages) => {
      const result = await talking(
        {},
        (talk) => {
          talk.open()
          talk.say(new Uint8Array(7))
          talk.close()
        },
        { messages },
      )
      expect(named(result, 'websocket /chat/:room')[0]?.events).toEqual([])
      expect(named(result, 'message /chat/:room')).toHaveLength(messages === 'spans' ? 1 : 0)
    },
  )

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('no')
      },
    ],
    [
      'rejects',
      async () => {
        throw new RangeError('no')
      },
    ],
  ])('whose handler %s is an error, which the adapter gets', async (_, onMessage) => {
    const result = await talking({ onMessage }, async (talk) => {
      talk.open()
      await expect((async () => talk.say('hello'))()).rejects.toThrow(RangeError)
      talk.close()
    })
    expect(named(result, 'message /chat/:room')[0]).toMatchObject({
      status: 'error',
      statusMessage: 'no',
      attributes: { 'error.type': 'RangeError' },
    })
    expect(named(result, 'websocket /chat/:room')[0]).toMatchObject({
      status: 'error',
      attributes: { 'error.type': 'RangeError', 'hono.websocket.failures': 1 },
    })
    expect(result.logs.find(({ level }) => level === 'error')).toMatchObject({
      message: 'handler of websocket /chat/:room failed',
      logger: 'websocket',
    })
  })
})

describe('handlers', () => {
  it('are called as they are, with the very event and socket, also when they change', async () => {
    const seen: unknown[][] = []
    const handlers: Handlers = {
      onMessage(this: unknown, ...args) {
        const [event, ws] = args
        seen.push([this === handlers, event.constructor.name, ws.constructor.name, args.length])
        handlers.onMessage = () => seen.push(['another'])
      },
    }
    await talking(handlers, (talk) => {
      talk.open()
      talk.say('a')
      talk.say('b')
      talk.close()
    })
    expect(seen).toEqual([[true, 'MessageEvent', 'WSContext', 2], ['another']])
  })

  it('return to the adapter what they return', async () => {
    const promise = Promise.resolve(7)
    await talking({ onMessage: (() => promise) as never }, (talk) => {
      talk.open()
      expect(talk.say('a')).toBe(promise)
    })
  })

  it('go on without a request around them', async () => {
    const { upgradeWebSocket, talks } = adapter()
    const heard: unknown[] = []
    const app = new Hono()
    app.get(
      '/',
      observeUpgrade(upgradeWebSocket)(async () => ({ onMessage: ({ data }) => heard.push(data) })),
    )
    await app.request('/', { headers: { upgrade: 'websocket' } })
    talks[0]?.say('hello')
    expect(heard).toEqual(['hello'])
  })

  it('may be given with the context, and the answer comes back', async () => {
    const { upgradeWebSocket, talks } = adapter()
    const app = new Hono()
    app.use(observability({}))
    app.get('/', (c) =>
      observeUpgrade(upgradeWebSocket)(c, { onMessage: (_event, ws) => ws.send('ok') }),
    )
    const result = await captured(async () => {
      await app.request('/', { headers: { upgrade: 'websocket' } })
      const [talk] = talks as [Talk]
      talk.open()
      talk.say('hello')
      talk.close()
      return talk.socket.sent
    })
    expect(result.result).toEqual(['ok'])
    expect(named(result, 'GET /')[0]?.attributes['http.response.status_code']).toBe(101)
    expect(named(result, 'websocket /')).toHaveLength(1)
  })
})

it('a request that is not upgraded is no 101, and no connection', async () => {
  const { upgradeWebSocket } = adapter()
  const app = new Hono()
  app.use(observability({}))
  app.get(
    '/',
    observeUpgrade(upgradeWebSocket)(() => ({})),
    (c) => c.text('plain'),
  )
  const result = await captured(app, '/')
  expect(await result.response.text()).toBe('plain')
  expect(
    result.spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']]),
  ).toEqual([['GET /', 200]])
})

it.each([
  [
    () => observeUpgrade(7 as never),
    'Cannot observe WebSockets: `upgradeWebSocket` must be a function, received number',
  ],
  [
    () => observeUpgrade((() => {}) as never, { messages: 'all' as never }),
    'Cannot observe WebSockets: `messages` must be one of events, spans, none, received all',
  ],
])('what is wrong is said at once', (call, message) => {
  expect(call).toThrow(new TypeError(message))
})
