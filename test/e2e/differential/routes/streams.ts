import { stream, streamSSE, streamText } from 'hono/streaming'
import { bytes, encode, type Group, sleep } from './group.ts'

/** Of these chunks, each after a pause. */
const paused = (chunks: readonly string[], pauseMs = 15): ReadableStream<Uint8Array> => {
  let i = 0
  return new ReadableStream({
    async pull(controller) {
      await sleep(pauseMs)
      const chunk = chunks[i++]
      if (chunk === undefined) {
        controller.close()
      } else {
        controller.enqueue(encode(chunk))
      }
    },
  })
}

/** Of these chunks, all at once. */
const ready = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(chunk)
      }
      controller.close()
    },
  })

/** One chunk, then this. */
const failing = (reason: unknown, chunks = 1): ReadableStream<Uint8Array> => {
  let i = 0
  return new ReadableStream({
    async pull(controller) {
      await sleep(15)
      if (i++ < chunks) {
        controller.enqueue(encode('before '))
      } else {
        controller.error(reason)
      }
    },
  })
}

const THREE = ['one ', 'two ', 'three']

const typed = (body: BodyInit, type: string): Response =>
  new Response(body, { headers: { 'Content-Type': type } })

const written = (write: (writer: WritableStreamDefaultWriter) => Promise<void>): Response => {
  const { readable, writable } = new TransformStream()
  write(writable.getWriter()).catch(() => {})
  return new Response(readable)
}

async function* generated(): AsyncGenerator<Uint8Array> {
  for (const text of THREE) {
    await sleep(15)
    yield encode(text)
  }
}

/** Bodies that JavaScript makes. */
export const streams: Group = {
  path: '/streams',
  routes: {
    'one-chunk': () => new Response(ready(encode('one'))),
    'chunks-at-once': () => new Response(ready(...THREE.map(encode))),
    'chunks-with-pauses': () => new Response(paused(THREE)),
    'twenty-chunks': () =>
      new Response(
        paused(
          Array.from({ length: 20 }, (_, i) => `${i} `),
          4,
        ),
      ),
    empty: () => new Response(ready()),
    'empty-after-a-pause': () => new Response(paused([])),
    'an-empty-chunk-between': () => new Response(paused(['a', '', 'b'])),
    'a-large-chunk': () => new Response(ready(bytes(300_000))),
    'large-chunks': () => new Response(ready(bytes(70_000), bytes(70_000), bytes(10))),
    'of-type-bytes': () =>
      new Response(
        new ReadableStream({
          type: 'bytes',
          start(controller) {
            controller.enqueue(encode('bytes'))
            controller.close()
          },
        }),
      ),
    'of-type-bytes-pulled': () => {
      let left = 3
      return new Response(
        new ReadableStream({
          type: 'bytes',
          async pull(controller) {
            await sleep(15)
            if (left-- > 0) {
              controller.enqueue(encode(`pull ${left} `))
            } else {
              controller.close()
              controller.byobRequest?.respond(0)
            }
          },
        }),
      )
    },
    'of-strings': () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue('not bytes')
            controller.close()
          },
        }),
      ),
    'through-a-text-encoder': () =>
      new Response(
        new ReadableStream<string>({
          async pull(controller) {
            await sleep(15)
            controller.enqueue('encoded')
            controller.close()
          },
        }).pipeThrough(new TextEncoderStream() as never),
      ),
    'through-a-transform': () => new Response(paused(THREE).pipeThrough(new TransformStream())),
    'through-an-upper-case': () =>
      new Response(
        paused(THREE).pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform: (chunk, controller) =>
              controller.enqueue(encode(new TextDecoder().decode(chunk).toUpperCase())),
          }),
        ),
      ),
    'written-to': () =>
      written(async (writer) => {
        await writer.write(encode('a'))
        await sleep(15)
        await writer.write(encode('b'))
        await writer.close()
      }),
    'written-to-and-aborted': () =>
      written(async (writer) => {
        await writer.write(encode('a'))
        await sleep(15)
        await writer.abort(new Error('aborted'))
      }),
    'from-an-iterator': () =>
      new Response(
        (ReadableStream as unknown as { from(it: unknown): ReadableStream }).from(generated()),
      ),
    'of-a-tee': () => {
      const [left, right] = paused(THREE).tee()
      right.cancel().catch(() => {})
      return new Response(left)
    },
    'read-to-its-half': async () => {
      const body = paused(THREE)
      const reader = body.getReader()
      await reader.read()
      reader.releaseLock()
      return new Response(body)
    },
    compressed: (c) =>
      c.body(
        ready(encode('compress me '.repeat(100))).pipeThrough(
          new CompressionStream('deflate') as never,
        ),
      ),
    decompressed: (c) =>
      c.body(
        ready(encode('compress me '.repeat(100)))
          .pipeThrough(new CompressionStream('gzip') as never)
          .pipeThrough(new DecompressionStream('gzip') as never),
      ),
    'as-plain-text': () => typed(paused(THREE), 'text/plain'),
    'as-json': () => typed(paused(['{"a"', ':1}']), 'application/json'),
    'as-events': () => typed(paused(['data: 1\n\n', 'data: 2\n\n']), 'text/event-stream'),
    'as-ndjson': () => typed(paused(['{"a":1}\n', '{"a":2}\n']), 'application/x-ndjson'),
    'with-a-length': () => new Response(paused(THREE), { headers: { 'Content-Length': '13' } }),
    'said-to-be-chunked': () =>
      new Response(paused(THREE), { headers: { 'Transfer-Encoding': 'chunked' } }),
    'with-status-500': () => new Response(paused(THREE), { status: 500 }),
    'with-status-404': () => new Response(paused(THREE), { status: 404 }),
    'c-body': (c) => c.body(paused(THREE)),
    'hono-stream': (c) =>
      stream(c, async (to) => {
        for (const text of THREE) {
          await to.write(text)
          await to.sleep(15)
        }
      }),
    'hono-stream-bytes': (c) =>
      stream(c, async (to) => {
        await to.write(bytes(500))
      }),
    'hono-stream-that-waits-first': (c) =>
      stream(c, async (to) => {
        await sleep(15)
        await to.write('waited')
      }),
    'hono-stream-that-waits-and-pipes': (c) =>
      stream(c, async (to) => {
        await sleep(15)
        await to.pipe(paused(THREE))
      }),
    'hono-stream-nothing': (c) => stream(c, async () => {}),
    'hono-stream-piped': (c) => stream(c, (to) => to.pipe(paused(THREE))),
    'hono-stream-throws': (c) =>
      stream(
        c,
        async (to) => {
          await to.write('before')
          throw new Error('in the stream')
        },
        async (_, to) => {
          await to.write(' after')
        },
      ),
    'hono-text': (c) =>
      streamText(c, async (to) => {
        await to.writeln('one')
        await to.sleep(15)
        await to.write('two')
      }),
    'hono-events': (c) =>
      streamSSE(c, async (to) => {
        for (let i = 0; i < 3; i++) {
          await to.writeSSE({ id: String(i), event: 'tick', data: `${i}\nmore` })
          await to.sleep(15)
        }
      }),
    'hono-events-that-throw': (c) =>
      streamSSE(c, async (to) => {
        await to.writeSSE({ data: 'before' })
        throw new Error('in the events')
      }),
    'fails-at-once': () => new Response(failing(new Error('at once'), 0)),
    'fails-after-a-chunk': () => new Response(failing(new Error('after one'))),
    'fails-after-three': () => new Response(failing(new TypeError('after three'), 3)),
    'fails-with-a-string': () => new Response(failing('no Error')),
    'fails-with-nothing': () => new Response(failing(undefined)),
    ...Object.fromEntries(
      Object.entries({ object: { a: 1 }, number: 7, nothing: undefined, null: null }).map(
        ([name, chunk]) => [
          `breaks-with-${name}`,
          () => {
            const chunks: unknown[] = [encode('before'), chunk, encode('after')]
            return new Response(
              new ReadableStream({
                async pull(controller) {
                  await sleep(15)
                  if (chunks.length) {
                    controller.enqueue(chunks.shift())
                  } else {
                    controller.close()
                  }
                },
              }),
            )
          },
        ],
      ),
    ),
    'throws-in-pull': () =>
      new Response(
        new ReadableStream({
          pull() {
            throw new Error('in pull')
          },
        }),
      ),
    'throws-in-start': () =>
      new Response(
        new ReadableStream({
          start() {
            throw new Error('in start')
          },
        }),
      ),
    'used-already': async () => {
      const response = new Response('used')
      await response.text()
      return response
    },
    'locked-already': () => {
      const response = new Response(paused(THREE))
      response.body?.getReader()
      return response
    },
  },
}

/** Bodies that only these accept. */
export const iterables: Group = {
  path: '/iterables',
  on: ['deno', 'bun', 'node'],
  routes: {
    'async-generator': () => new Response(generated() as never),
    'async-iterable': () => new Response({ [Symbol.asyncIterator]: generated } as never),
  },
}
