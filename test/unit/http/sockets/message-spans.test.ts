import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { log, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { captured } from 'hono-observability/testing'
import { observeWebSocket } from 'hono-observability/websocket'
import { describe, expect, it } from 'vitest'
import { named, type Talk, talking } from './talking.ts'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const look = (): unknown => trace.getActiveSpan()?.spanContext().spanId
const write = (): void => log.info('a span begins')

/** What is called while a span is made or ended, and looks at what is active then. */
const processor = (call: () => unknown) => ({
  started: 0,
  onStart(): void {
    this.started++
    call()
  },
  onEnding: call as () => void,
  onEnd: call as () => void,
  forceFlush: async (): Promise<void> => {},
  shutdown: async (): Promise<void> => {},
})

const generator = (call: () => unknown) => {
  let made = 0
  const hex = (length: number): string => {
    call()
    return (++made).toString(16).padStart(length, '0')
  }
  return { generateTraceId: () => hex(32), generateSpanId: () => hex(16) }
}

const twoMessages = (talk: Talk): void => {
  talk.open()
  talk.say('hello')
  talk.say('again')
  talk.close()
}

describe.each([
  ['looks up the active span', look],
  ['writes a line', write],
  ['makes a span', () => trace.getTracer('its own').startSpan('inner', { root: false }).end()],
] as [string, () => unknown][])('while the span of a message is made, what %s', (_name, call) => {
  let isInside = false
  // Spans of its own would be told to it again without us as well.
  const once = (): void => {
    if (!isInside) {
      isInside = true
      call()
      isInside = false
    }
  }

  it.each([
    ['a processor', { processors: [processor(once)] }],
    ['a generator of ids', { idGenerator: generator(once) }],
  ] as [string, ObservabilityOptions['traces']][])('%s, makes no other', async (_, traces) => {
    const result = await talking({ onMessage: () => withSpan('work', () => {}) }, twoMessages, {}, {
      traces,
      logs: { console: false },
    } as ObservabilityOptions)
    expect(named(result, 'message /chat/:room')).toHaveLength(2)
    expect(named(result, 'work').map(({ parent }) => parent)).toEqual(
      Array(2).fill('message /chat/:room'),
    )
    expect(result.unfinished).toEqual([])
  })
})

it('a processor that looks at every start, unguarded, is told of each span once', async () => {
  const seen: unknown[] = []
  const looking = processor(() => seen.push(look()))
  const result = await talking(
    { onMessage: () => log.info('heard') },
    twoMessages,
    {},
    { traces: { processors: [looking] } },
  )
  // The upgrade, two messages, the connection.
  expect(looking.started).toBe(4)
  expect(result.spans).toHaveLength(4)
  const [connection] = named(result, 'websocket /chat/:room')
  expect(seen).toContain(connection?.spanId)
})

describe('work that goes on after its handler', () => {
  const later = (work: () => unknown) => (): void => {
    void sleep(10).then(work)
  }

  it.each([
    ['writes a line', () => log.info('late')],
    ['makes a span', () => withSpan('late', () => sleep(1))],
    ['looks at the active span', look],
  ])('and %s belongs to a span that has ended with the handler', async (_, work) => {
    const result = await talking({ onMessage: later(work) }, async (talk) => {
      talk.open()
      talk.say('hello')
      await sleep(30)
      talk.close()
    })
    expect(result.unfinished).toEqual([])
    const [message, ...more] = named(result, 'message /chat/:room')
    expect(more).toEqual([])
    expect(message?.durationMs).toBeLessThan(9)
    const [connection] = named(result, 'websocket /chat/:room')
    expect(message?.links[0]?.spanId).toBe(connection?.spanId)
    for (const span of named(result, 'late')) {
      expect(span.parentSpanId).toBe(message?.spanId)
    }
    for (const line of result.logs.filter(({ message: text }) => text === 'late')) {
      expect(line.span_id).toBe(message?.spanId)
    }
  })

  it('of an open or a close likewise', async () => {
    const handler = later(() => log.info('late'))
    const result = await talking({ onOpen: handler, onClose: handler }, async (talk) => {
      talk.open()
      talk.close()
      await sleep(30)
    })
    expect(result.unfinished).toEqual([])
    expect(named(result, 'open /chat/:room')).toHaveLength(1)
    expect(named(result, 'close /chat/:room')).toHaveLength(1)
  })
})

it('the span of a message begins with it, not when it is asked for', async () => {
  const result = await talking(
    {
      onMessage: async () => {
        await sleep(20)
        log.info('heard')
      },
    },
    async (talk) => {
      talk.open()
      await talk.say('hello')
      talk.close()
    },
  )
  expect(named(result, 'message /chat/:room')[0]?.durationMs).toBeGreaterThanOrEqual(18)
})

class Target extends EventTarget {
  readyState = 1
  send(): void {}
}

/** A socket with listeners, to which a test dispatches. */
const listening = async (listen: (socket: Target) => void, talk: (socket: Target) => unknown) => {
  const app = new Hono()
  app.use(observability({}))
  const socket = new Target()
  app.get('/raw', (c) => {
    observeWebSocket(socket, { messages: 'spans' })
    listen(socket)
    return c.text('')
  })
  return captured(async () => {
    const response = await app.request('/raw')
    await talk(socket)
    socket.dispatchEvent(Object.assign(new Event('close'), { code: 1000 }))
    await sleep(1)
    return response
  })
}

const say = (socket: Target): unknown =>
  socket.dispatchEvent(new MessageEvent('message', { data: 'hello' }))

it('with `spans`, messages that nobody listens to are spans that end', async () => {
  const result = await listening(
    () => {},
    (socket) => {
      for (let i = 0; i < 3; i++) {
        say(socket)
      }
    },
  )
  expect(result.unfinished).toEqual([])
  expect(named(result, 'message /raw')).toHaveLength(3)
})

it('with `spans`, a message is a span as long as its longest listener', async () => {
  const result = await listening(
    (socket) => {
      socket.addEventListener('message', () => {})
      socket.addEventListener('message', () => sleep(20))
    },
    async (socket) => {
      say(socket)
      await sleep(40)
    },
  )
  expect(result.unfinished).toEqual([])
  const [message] = named(result, 'message /raw')
  expect(message?.durationMs).toBeGreaterThanOrEqual(18)
  expect(message?.durationMs).toBeLessThan(39)
})
