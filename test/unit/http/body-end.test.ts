import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type BodyEnd, isStream, observeBody } from '../../../src/http/body-end.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const observe = (response: Response, timeoutMs = 1000) => {
  const ends: BodyEnd[] = []
  return { ends, observed: observeBody(response, timeoutMs, (end) => ends.push(end)) }
}

describe('the end of a body', () => {
  it('is told once, and leaves no timer behind', async () => {
    const { ends, observed } = observe(new Response('hello'))
    expect(await observed.text()).toBe('hello')
    await observed.body?.cancel().catch(() => {})
    await vi.advanceTimersByTimeAsync(5000)
    expect(ends).toEqual(['end'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is told once when the client leaves, and the source is told too', async () => {
    let reason: unknown
    const source = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel(why) {
        reason = why
      },
    })
    const { ends, observed } = observe(new Response(source))
    const reader = (observed.body as ReadableStream).getReader()
    await reader.read()
    await reader.cancel('gone')
    await vi.advanceTimersByTimeAsync(5000)
    expect([ends, reason, vi.getTimerCount()]).toEqual([['cancel'], 'gone', 0])
  })

  it('past the limit is a time-out, also if the body ends later', async () => {
    let close: () => void = () => {}
    const source = new ReadableStream({
      start(controller) {
        close = () => controller.close()
      },
    })
    const { ends, observed } = observe(new Response(source), 100)
    const text = observed.text()
    await vi.advanceTimersByTimeAsync(100)
    close()
    expect(await text).toBe('')
    expect(ends).toEqual(['timeout'])
  })

  it('is not looked for before the client reads: nothing is read ahead', async () => {
    let pulls = 0
    const source = new ReadableStream(
      {
        pull(controller) {
          pulls++
          controller.enqueue(new Uint8Array(1))
        },
      },
      { highWaterMark: 0 },
    )
    observe(new Response(source))
    await vi.advanceTimersByTimeAsync(10)
    expect(pulls).toBe(0)
  })
})

describe('a response is a stream', () => {
  const body = () => new Response('x').body
  const withType = (type?: string, more: Record<string, string> = {}) =>
    new Response(body(), { headers: { ...(type && { 'content-type': type }), ...more } })

  it.each<[string, Response, string, boolean]>([
    ['without a content type', withType(), 'GET', true],
    ['with server-sent events', withType('text/event-stream; charset=utf-8'), 'GET', true],
    ['with ndjson', withType('application/x-ndjson'), 'GET', true],
    ['chunked', withType('text/plain', { 'transfer-encoding': 'chunked' }), 'GET', true],
    ['with JSON: no', withType('application/json'), 'GET', false],
    ['without a body: no', new Response(null), 'GET', false],
    ['204: no', new Response(null, { status: 204 }), 'GET', false],
    ['304: no', new Response(null, { status: 304 }), 'GET', false],
    ['to HEAD: no', withType(), 'HEAD', false],
  ])('%s', (_name, response, method, expected) => {
    expect(isStream(response, response.status, method)).toBe(expected)
  })
})
