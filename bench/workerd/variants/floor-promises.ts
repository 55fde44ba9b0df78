/**
 * The floor with the calls into the runtime that our promises cannot do without: the caller's trace context, a
 * context for what handlers call, spans of clients that leave, a request id, and the stack of what was thrown. The stack
 * is not searched for secrets: one that comes again need not be.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { floorApp } from '../floor.ts'

const storage = new AsyncLocalStorage<object>()

export default floorApp(async (c, next) => {
  const { headers } = c.req.raw
  const caller = { trace: headers.get('traceparent'), baggage: headers.get('baggage') }
  const id = headers.get('X-Request-ID') ?? crypto.randomUUID()
  let finish: (() => void) | undefined
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  c.executionCtx.waitUntil(finished)
  await storage.run(caller, next)
  c.res.headers.set('X-Request-ID', id)
  finish?.()
}, true)
