import type { Context } from 'hono'
import { stream, streamSSE, streamText } from 'hono/streaming'
import { StreamingApi } from 'hono/utils/stream'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { caughtApp } from './caught-app.ts'

// Runs twice: on today's Hono, and in a project of its own on the oldest that the package accepts.

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Whether the app's own stream is what is sent, and a request that answers with what this returns. */
const answer = async (handler: (c: Context) => Response, silenceMs = 1000) => {
  let made: Response | undefined
  let body: ReadableStream | null = null
  const caught = caughtApp({ http: { streamTimeoutMs: silenceMs } }, (app) => {
    app.get('/s', (c) => {
      made = handler(c)
      body = made.body
      return made
    })
  })
  const response = await caught.send('/s')
  return { caught, response, isOwn: response.body === body }
}

type Caught = ReturnType<typeof caughtApp>

const outcome = async (caught: Caught): Promise<unknown> => {
  await vi.advanceTimersByTimeAsync(0)
  await Promise.all(caught.pending)
  expect(caught.spans).toHaveLength(1)
  return caught.spans[0]?.attributes['hono.stream.outcome'] ?? 'end'
}

const sse = (c: Context) =>
  streamSSE(c, async (events) => {
    for (let i = 0; i < 5; i++) {
      await events.writeSSE({ data: String(i) })
    }
  })

it('a stream of Hono’s helpers is sent as it is, and ends its request when it ends', async () => {
  // How `streamSSE` differs is learnt from its first stream.
  await (await answer(sse)).response.text()
  const { caught, response, isOwn } = await answer(sse)
  expect(isOwn).toBe(true)
  expect(caught.lines).toHaveLength(0)
  expect((await response.text()).match(/data: /g)).toHaveLength(5)
  expect(await outcome(caught)).toBe('end')
})

it.each<[string, (c: Context) => Response, string]>([
  ['text', (c) => streamText(c, async (s) => void (await s.writeln('a'))), 'a\n'],
  ['bytes', (c) => stream(c, async (s) => void (await s.write(new Uint8Array([65])))), 'A'],
  ['a pause at first', (c) => stream(c, async (s) => void (await s.sleep(5))), ''],
  ['nothing', (c) => stream(c, async () => {}), ''],
  ['writes that nobody waits for', (c) => stream(c, async (s) => void s.write('a')), 'a'],
])('a helper’s stream of %s is sent as it is', async (_what, handler, text) => {
  const { caught, response, isOwn } = await answer(handler)
  const body = response.text()
  await vi.advanceTimersByTimeAsync(10)
  expect([isOwn, await body, await outcome(caught)]).toEqual([true, text, 'end'])
})

it('a helper’s stream that first waits for something else is observed all the same', async () => {
  const { caught, response } = await answer((c) =>
    stream(c, async (s) => {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await s.write('late')
    }),
  )
  const body = response.text()
  await vi.advanceTimersByTimeAsync(400)
  expect(caught.lines).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(200)
  expect([await body, await outcome(caught)]).toEqual(['late', 'end'])
})

it('what a helper’s stream pipes is observed, before and after other chunks', async () => {
  const source = () => new Response('piped').body as ReadableStream
  for (const before of ['', 'first ']) {
    const { caught, response } = await answer((c) =>
      stream(c, async (s) => {
        if (before) {
          await s.write(before)
        }
        await s.pipe(source())
      }),
    )
    expect(await response.text()).toBe(`${before}piped`)
    expect(await outcome(caught)).toBe('end')
  }
})

it('a client that leaves a helper’s stream ends its request then, and its listeners are told', async () => {
  let isTold = false
  const { caught, response } = await answer((c) =>
    stream(c, async (s) => {
      s.onAbort(() => {
        isTold = true
      })
      await s.write('a')
      await s.sleep(100_000)
    }),
  )
  const reader = (response.body as ReadableStream).getReader()
  await reader.read()
  await reader.cancel()
  expect([await outcome(caught), isTold]).toEqual(['cancel', true])
})

it('a helper’s stream lasts while it is written to, and is over after so much silence', async () => {
  const { caught, response } = await answer(
    (c) =>
      stream(c, async (s) => {
        for (let i = 0; i < 20; i++) {
          await s.write('a')
          await s.sleep(900)
        }
        await s.sleep(1000)
        await s.write('late')
      }),
    1000,
  )
  const body = response.text()
  await vi.advanceTimersByTimeAsync(18_000)
  expect(caught.lines).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(200)
  expect(await outcome(caught)).toBe('timeout')
  await vi.advanceTimersByTimeAsync(2000)
  expect(await body).toContain('late')
})

it('methods of Hono’s streams keep their names and what they return', async () => {
  const { readable, writable } = new TransformStream()
  const api = new StreamingApi(writable, readable)
  const text = new Response(api.responseReadable).text()
  expect(await api.write('a')).toBe(api)
  expect(await api.close()).toBeUndefined()
  expect(await text).toBe('a')
  expect([api.write.name, api.write.length, api.close.name]).toEqual(['write', 1, 'close'])
})

it('classes of streams that alternate without end are hooked once each', async () => {
  class Own extends StreamingApi {
    async writeSSE(): Promise<void> {
      await this.write('own')
    }
  }
  const feed = async (Kind: typeof StreamingApi): Promise<void> => {
    const { readable, writable } = new TransformStream()
    const api = new Kind(writable, readable)
    const read = new Response(api.responseReadable).text()
    await api.write('x')
    await api.close()
    await read
  }
  // Hooks are there once an app has the middleware.
  await answer(sse)
  await feed(Own)
  const once = Own.prototype.writeSSE
  for (let i = 0; i < 20; i++) {
    await (await answer(sse)).response.text()
    await feed(Own)
  }
  expect(Own.prototype.writeSSE).toBe(once)
})
