import { afterEach, expect, it, vi } from 'vitest'
import { scriptStreamOf } from '../../src/http/js-stream.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Whether a response with this body is observed. */
const isObserved = (stream: ReadableStream): boolean =>
  scriptStreamOf(new Response(stream), undefined) !== undefined

const pending = (): ReadableStream => new ReadableStream({ pull: () => new Promise(() => {}) })

const filled = (chunk: unknown = new Uint8Array(1)): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(chunk)
      controller.close()
    },
  })

const SCRIPT: [string, () => ReadableStream][] = [
  ['that waits', pending],
  ['that was filled and closed at its start', () => filled()],
  ['of strings', () => filled('text')],
  ['that a transform makes', () => new TransformStream().readable],
  ['that is a branch of one', () => pending().tee()[0]],
]

const RUNTIME: [string, () => ReadableStream | null][] = [
  ['of text', () => new Response('a').body],
  ['of nothing', () => new Response('').body],
  ['of a Blob', () => new Blob(['a']).stream()],
  ['of parameters', () => new Response(new URLSearchParams('a=b')).body],
  ['through which bytes are passed', () => new IdentityTransformStream().readable],
  ['of a known length', () => new FixedLengthStream(3).readable],
  ['that is a branch of one', () => (new Response('a').body as ReadableStream).tee()[0]],
]

/** What readers say that bring their own buffer. */
const asked = (stream: ReadableStream): boolean => {
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return false
  } catch {
    return true
  }
}

it.each(SCRIPT)('a stream %s is known to be fed by JavaScript, without an error', (_what, make) => {
  const stream = make()
  const getReader = vi.spyOn(ReadableStream.prototype, 'getReader')
  expect(isObserved(stream)).toBe(true)
  expect(getReader).not.toHaveBeenCalled()
  expect([asked(stream), stream.locked]).toEqual([true, false])
})

it.each(RUNTIME)('a stream %s is known to be made by workerd', (_what, make) => {
  const stream = make() as ReadableStream
  expect([isObserved(stream), asked(stream), stream.locked]).toEqual([false, false, false])
})

it('a stream that lends buffers, or is over, does not count as a script’s', () => {
  const closed = new ReadableStream({ start: (controller) => controller.close() })
  const failed = new ReadableStream({ start: (controller) => controller.error(new Error('x')) })
  const streams = [new ReadableStream({ type: 'bytes' }), closed, failed]
  expect(streams.map(isObserved)).toEqual([false, false, false])
})
