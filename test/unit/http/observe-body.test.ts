import type { ObservabilityOptions } from 'hono-observability'
import { withSpan } from 'hono-observability'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { caughtApp } from './caught-app.ts'

const chunk = new TextEncoder().encode('x')

/** A body that JavaScript makes, a chunk each so many milliseconds. */
const script = (chunks = 3, everyMs = 10): ReadableStream => {
  let sent = 0
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, everyMs))
      controller.enqueue(chunk)
      if (++sent === chunks) {
        controller.close()
      }
    },
  })
}

const form = (): FormData => {
  const data = new FormData()
  data.set('a', 'b')
  return data
}

const sse = { headers: { 'content-type': 'text/event-stream' } }

/** Sends a response, and says whether the request had ended before its body was read. */
const answer = async (response: Response, http: ObservabilityOptions['http'] = {}) => {
  const { body } = response
  const caught = caughtApp({ http }, (app) => void app.get('/', () => response))
  const sent = await caught.send('/')
  const endedAtHeaders = caught.lines.length === 1
  const isOwn = sent.body === body
  await sent.text()
  expect(caught.lines).toHaveLength(1)
  return { endedAtHeaders, isOwn }
}

describe('a request ends', () => {
  it.each<[string, () => Response]>([
    ['bytes', () => new Response(new Uint8Array(5000))],
    ['a buffer', () => new Response(new ArrayBuffer(8))],
    ['text', () => new Response('text')],
    ['text of server-sent events', () => new Response('data: x\n\n', sse)],
    ['a Blob', () => new Response(new Blob(['abc']))],
    ['a stream of a Blob', () => new Response(new Blob(['abc']).stream())],
    ['a form', () => new Response(form())],
    ['parameters', () => new Response(new URLSearchParams('a=b'))],
    ['another response’s body', () => new Response(new Response('abc').body, sse)],
    ['a clone', () => new Response('abc').clone()],
    ['nothing', () => new Response(null, sse)],
  ])('at its headers when the runtime made the body: %s', async (_what, make) => {
    expect(await answer(make())).toEqual({ endedAtHeaders: true, isOwn: true })
  })

  it.each<[string, () => Response]>([
    ['a stream', () => new Response(script())],
    ['a stream of JSON', () => new Response(script(), { headers: { 'content-type': 'a/json' } })],
    ['server-sent events', () => new Response(script(), sse)],
    ['what a transform makes', () => new Response(script().pipeThrough(new TransformStream()))],
  ])('with its body when a script makes that: %s', async (_what, make) => {
    expect(await answer(make())).toEqual({ endedAtHeaders: false, isOwn: false })
  })

  it('at its headers, whatever the body, when `http.observeBody` is false', async () => {
    expect(await answer(new Response(script()), { observeBody: false })).toEqual({
      endedAtHeaders: true,
      isOwn: true,
    })
  })

  it('as `http.observeBody` says, which is given response and request', async () => {
    const asked: unknown[] = []
    const says = (value: unknown) => ({
      observeBody: (response: Response, request: Request) => {
        asked.push([response.headers.get('content-type'), request.url])
        return value as boolean
      },
    })
    const bytes = () => new Response(new Uint8Array(5), sse)
    expect((await answer(bytes(), says(true))).endedAtHeaders).toBe(false)
    expect((await answer(new Response(script(), sse), says(false))).endedAtHeaders).toBe(true)
    expect((await answer(bytes(), says('yes'))).endedAtHeaders).toBe(true)
    expect(asked).toEqual(Array(3).fill(['text/event-stream', 'http://shop.test/']))
  })

  it('at its headers when `http.observeBody` throws, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const observeBody = () => {
      throw new Error('mine')
    }
    expect((await answer(new Response(script()), { observeBody })).endedAtHeaders).toBe(true)
    expect(String(warn.mock.calls)).toContain('mine')
    warn.mockRestore()
  })
})

describe('spans inside a body', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  /** A body of ten chunks, the fifth of which is late, inside a span that knows at the end how many they were. */
  const answered = async (everyMs: number, pauseMs: number) => {
    const caught = caughtApp({}, (app) => {
      app.get('/', () => {
        let controller: ReadableStreamDefaultController | undefined
        const body = new ReadableStream({
          start(given) {
            controller = given
          },
        })
        void withSpan('answer', async (span) => {
          for (let i = 0; i < 10; i++) {
            const waitMs = i === 5 ? pauseMs : everyMs
            await new Promise((resolve) => setTimeout(resolve, waitMs))
            controller?.enqueue(chunk)
          }
          span.setAttribute('tokens', 10)
          controller?.close()
        })
        return new Response(body)
      })
    })
    const response = await caught.send('/')
    const text = response.text()
    await vi.advanceTimersByTimeAsync(9 * everyMs + pauseMs + 1000)
    expect(await text).toHaveLength(10)
    await Promise.all(caught.pending)
    const attributes = (name: string) => caught.spans.find((span) => span.name === name)?.attributes
    return { caught, inner: attributes('answer'), outer: attributes('GET /') }
  }

  it('that flows for minutes keep what they learn at its end', async () => {
    const { inner, outer } = await answered(20_000, 20_000)
    expect(inner).toEqual({ tokens: '10' })
    expect(outer?.['hono.stream.outcome']).toBeUndefined()
  })

  it('that was silent for a while, and goes on after, stay open as well', async () => {
    const { inner, outer } = await answered(15_000, 40_000)
    expect(inner).toEqual({ tokens: '10' })
    expect(outer?.['hono.stream.outcome']).toBe('timeout')
  })

  it('that fell silent for good are given up', async () => {
    const { inner } = await answered(1000, 120_000)
    expect(inner).toEqual({ 'hono.incomplete': true })
  })

  it('of which the runtime may have given up our work by then are asked for once more', async () => {
    const { caught } = await answered(1000, 1000)
    expect(caught.pending).toHaveLength(2)
  })
})
