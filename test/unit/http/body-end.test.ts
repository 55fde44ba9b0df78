import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pullThrough } from '../../../src/http/body-end.ts'
import { type BodyEnd, BodyWatch } from '../../../src/http/body-watch.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const observe = (source: ReadableStream, silenceMs = 1000) => {
  const ends: BodyEnd[] = []
  const watch = new BodyWatch(silenceMs, (end) => ends.push(end))
  watch.start()
  return { ends, watch, body: pullThrough(source, watch) }
}

/** A stream that is written to from outside. */
const pipe = () => {
  let controller: ReadableStreamDefaultController | undefined
  const source = new ReadableStream({
    start(given) {
      controller = given
    },
  })
  return { source, controller: controller as unknown as ReadableStreamDefaultController }
}

const read = async (body: ReadableStream): Promise<number> => {
  let chunks = 0
  for await (const _ of body as unknown as AsyncIterable<unknown>) {
    chunks++
  }
  return chunks
}

describe('the end of a body', () => {
  it('is told once, and leaves no timer behind', async () => {
    const { ends, body } = observe(new Response('hello').body as ReadableStream)
    expect(await new Response(body).text()).toBe('hello')
    await body.cancel().catch(() => {})
    await vi.advanceTimersByTimeAsync(5000)
    expect(ends).toEqual(['end'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is told once when the client leaves, and the source is told too', async () => {
    let reason: unknown
    const { ends, body } = observe(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel(why) {
          reason = why
        },
      }),
    )
    const reader = body.getReader()
    await reader.read()
    await reader.cancel('gone')
    await vi.advanceTimersByTimeAsync(5000)
    expect([ends, reason, vi.getTimerCount()]).toEqual([['cancel'], 'gone', 0])
  })

  it('is an error when its source fails, which the client sees too', async () => {
    const { source, controller } = pipe()
    const { ends, body } = observe(source)
    const chunks = read(body)
    controller.error(new RangeError('died'))
    await expect(chunks).rejects.toThrow('died')
    expect([ends, vi.getTimerCount()]).toEqual([['error'], 0])
  })

  it('never comes while chunks do, however long that is', async () => {
    const { source, controller } = pipe()
    const { ends, body } = observe(source, 100)
    const chunks = read(body)
    for (let i = 0; i < 50; i++) {
      await vi.advanceTimersByTimeAsync(90)
      controller.enqueue(new Uint8Array(1))
    }
    expect(ends).toEqual([])
    await vi.advanceTimersByTimeAsync(90)
    controller.close()
    expect(await chunks).toBe(50)
    expect(ends).toEqual(['end'])
  })

  it('is a time-out after so much silence since the last chunk, also if the body goes on', async () => {
    const { source, controller } = pipe()
    const { ends, watch, body } = observe(source, 100)
    const chunks = read(body)
    await vi.advanceTimersByTimeAsync(60)
    controller.enqueue(new Uint8Array(1))
    await vi.advanceTimersByTimeAsync(99)
    expect(ends).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect([ends, watch.hasFlowed(100)]).toEqual([['timeout'], false])
    controller.enqueue(new Uint8Array(1))
    await vi.advanceTimersByTimeAsync(50)
    expect(watch.hasFlowed(100)).toBe(true)
    controller.close()
    expect(await chunks).toBe(2)
    expect([ends, watch.hasFlowed(100), vi.getTimerCount()]).toEqual([['timeout'], false, 0])
  })

  it('does not come while something is piped whose chunks cannot be seen', async () => {
    const ends: BodyEnd[] = []
    const watch = new BodyWatch(100, (end) => ends.push(end))
    watch.start()
    let settle: () => void = () => {}
    watch.pipes(
      new Promise<void>((resolve) => {
        settle = resolve
      }),
    )
    await vi.advanceTimersByTimeAsync(1000)
    expect([ends, watch.hasFlowed(1)]).toEqual([[], true])
    settle()
    await vi.advanceTimersByTimeAsync(200)
    expect(ends).toEqual(['timeout'])
  })

  it('is not looked for before the client reads: nothing is read ahead', async () => {
    let pulls = 0
    observe(
      new ReadableStream(
        {
          pull(controller) {
            pulls++
            controller.enqueue(new Uint8Array(1))
          },
        },
        { highWaterMark: 0 },
      ),
    )
    await vi.advanceTimersByTimeAsync(10)
    expect(pulls).toBe(0)
  })
})

it('a body that is over lets go of what it told, however long it is kept', async () => {
  vi.useRealTimers()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const told = (): [BodyWatch, WeakRef<object>] => {
    const request = { ends: 0 }
    const watch = new BodyWatch(1000, () => request.ends++)
    watch.start()
    watch.end('end')
    return [watch, new WeakRef(request)]
  }
  const [watch, request] = told()
  await new Promise((resolve) => setTimeout(resolve))
  collect()
  expect([request.deref(), watch.hasFlowed(1000)]).toEqual([undefined, false])
})
