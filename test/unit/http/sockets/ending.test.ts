import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { type CapturedResult, captured } from 'hono-observability/testing'
import { observeWebSocket } from 'hono-observability/websocket'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { named, point, talking } from './talking.ts'

afterEach(() => void vi.useRealTimers())

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const failLate = async (): Promise<void> => {
  await sleep(20)
  throw new RangeError('cannot say goodbye')
}

/** The adapters drop what handlers return. */
const dropped = (result: unknown): void => void Promise.resolve(result).catch(() => {})

const expectFailed = (result: CapturedResult<unknown>, route: string): void => {
  const [connection, ...more] = named(result, `websocket ${route}`)
  expect(more).toEqual([])
  expect(connection).toMatchObject({
    status: 'error',
    attributes: { 'error.type': 'RangeError', 'hono.websocket.failures': 1 },
  })
  expect(point(result, 'hono.websocket.connection.duration')?.attributes['error.type']).toBe(
    'RangeError',
  )
  expect(point(result, 'hono.websocket.connections')?.value).toBe(0)
  expect(
    result.logs.find(({ logger, level }) => logger === 'websocket' && level === 'info'),
  ).toEqual(expect.objectContaining({ 'error.type': 'RangeError' }))
  expect(result.unfinished).toEqual([])
}

describe('a handler that is asynchronous and fails', () => {
  it('of a close, is the connection’s failure, which was open until it closed', async () => {
    const result = await talking({ onClose: failLate }, async (talk) => {
      talk.open()
      dropped(talk.close(4001, 'bye'))
      await sleep(40)
    })
    expectFailed(result, '/chat/:room')
    const [connection] = named(result, 'websocket /chat/:room')
    expect(connection?.durationMs).toBeLessThan(18)
    expect(connection?.attributes['hono.websocket.close.code']).toBe(4001)
  })

  it('of an error, likewise, though its close comes before', async () => {
    const result = await talking({ onError: failLate }, async (talk) => {
      talk.open()
      dropped(talk.fail())
      talk.close(1006)
      await sleep(40)
    })
    const [connection] = named(result, 'websocket /chat/:room')
    expect(connection?.attributes).toMatchObject({
      'hono.websocket.failures': 1,
      'hono.websocket.close.code': 1006,
    })
  })

  it('and listens to a close', async () => {
    const { result } = await listening(async (socket) => {
      socket.addEventListener('close', failLate)
      socket.tell(Object.assign(new Event('close'), { code: 1000 }))
      await sleep(40)
    })
    expectFailed(result, '/raw')
  })
})

it('a handler of a close that hangs loses no connection', async () => {
  const result = await talking({ onClose: () => new Promise<void>(() => {}) as never }, (talk) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    talk.open()
    talk.close(1000)
    return Promise.resolve().then(() => {
      vi.advanceTimersByTime(5000)
      vi.useRealTimers()
    })
  })
  expect(named(result, 'websocket /chat/:room')).toHaveLength(1)
  expect(point(result, 'hono.websocket.connections')?.value).toBe(0)
})

type Listener = (event: Event) => unknown

/** A socket as far as a runtime has one; what listeners return is dropped. */
class Raw {
  readonly readyState = 1
  readonly #listeners = new Map<string, Set<Listener>>()
  send(): void {}
  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener))
  }
  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }
  tell(event: Event): void {
    for (const listener of this.#listeners.get(event.type) ?? []) {
      dropped(listener.call(this, event))
    }
  }
}

const listening = async (talk: (socket: Raw) => unknown, before?: (socket: Raw) => void) => {
  const app = new Hono()
  app.use(observability({}))
  const socket = new Raw()
  before?.(socket)
  app.get('/raw', (c) => {
    observeWebSocket(socket)
    return c.text('')
  })
  const result = await captured(async () => {
    const response = await app.request('/raw')
    await talk(socket)
    return response
  })
  return { socket, result }
}

describe('a listener that was added before its socket was observed', () => {
  it.each([
    ['the same event', 'message'],
    ['another', 'close'],
  ])('and for %s after, is told once, and can be removed', async (_, other) => {
    let calls = 0
    const listener = (): void => void calls++
    await listening(
      (socket) => {
        const tell = (): void => socket.tell(new MessageEvent('message', { data: 'hello' }))
        socket.addEventListener(other, listener)
        tell()
        expect(calls).toBe(1)
        socket.removeEventListener('message', listener)
        tell()
        expect(calls).toBe(1)
        socket.removeEventListener(other, listener)
        socket.tell(Object.assign(new Event('close'), { code: 1000 }))
        expect(calls).toBe(1)
      },
      (socket) => socket.addEventListener('message', listener),
    )
    expect(calls).toBe(1)
  })
})
