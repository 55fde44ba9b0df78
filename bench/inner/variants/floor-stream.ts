/**
 * The floor with what we promise of a body that JavaScript feeds: it is handed on chunk by chunk, as fast as the client
 * reads, and the request lasts until it ends, fails, is left by the client, or falls silent.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { floorApp } from '../../workerd/floor.ts'
import { repeat } from '../repeat.ts'

const SILENCE_MS = 30_000

const storage = new AsyncLocalStorage<object>()

const handOn = (source: ReadableStream, end: () => void): ReadableStream => {
  const reader = source.getReader()
  let lastMs = performance.now()
  const look = (): void => {
    const leftMs = lastMs + SILENCE_MS - performance.now()
    if (leftMs > 0) timer = setTimeout(look, leftMs)
    else end()
  }
  let timer = setTimeout(look, SILENCE_MS)
  const finish = (): void => {
    clearTimeout(timer)
    end()
  }
  const fail = (error: unknown): never => {
    finish()
    throw error
  }
  return new ReadableStream(
    {
      pull: (controller) =>
        reader.read().then(({ done, value }) => {
          if (done) {
            controller.close()
            finish()
          } else {
            lastMs = performance.now()
            controller.enqueue(value)
          }
        }, fail),
      cancel(reason) {
        finish()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

const app = floorApp(async (c, next) => {
  const { headers } = c.req.raw
  const caller = { trace: headers.get('traceparent'), baggage: headers.get('baggage') }
  const id = headers.get('X-Request-ID') ?? crypto.randomUUID()
  let finish: (() => void) | undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  c.executionCtx.waitUntil(finished)
  await storage.run(caller, next)
  const { res } = c
  c.res = undefined
  c.res = new Response(
    handOn(res.body as ReadableStream, () => finish?.()),
    res,
  )
  c.res.headers.set('X-Request-ID', id)
})

export default repeat(app)
