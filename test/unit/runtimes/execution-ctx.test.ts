import { Hono } from 'hono'
import { expect, it, vi } from 'vitest'
import { executionCtxOf } from '../../../src/runtimes/execution-ctx.ts'

const ask = async (...rest: unknown[]) => {
  let seen: unknown
  const app = new Hono()
  app.get('/', (c) => {
    seen = executionCtxOf(c)
    return c.text(String(new Error('of the app').stack?.includes('execution-ctx.test')))
  })
  const response = await app.fetch(new Request('http://x/'), ...(rest as []))
  return { seen, hasStack: await response.text() }
}

it('the execution context is the very one that was handed over', async () => {
  const context = { waitUntil() {}, passThroughOnException() {}, props: {} }
  expect((await ask({}, context)).seen).toBe(context)
})

it('where there is none it is undefined, and errors of the app keep their stacks', async () => {
  expect(await ask()).toEqual({ seen: undefined, hasStack: 'true' })
})

it('it is found where the limit of stacks cannot be set', async () => {
  const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') as PropertyDescriptor
  Object.defineProperty(Error, 'stackTraceLimit', { ...before, writable: false })
  try {
    const context = { waitUntil() {}, passThroughOnException() {}, props: {} }
    expect((await ask({}, context)).seen).toBe(context)
    expect((await ask()).seen).toBeUndefined()
  } finally {
    Object.defineProperty(Error, 'stackTraceLimit', before)
  }
})

it('no stack is made of what Hono throws', () => {
  let limit: number | undefined
  const context = {
    get executionCtx() {
      limit = Error.stackTraceLimit
      throw new Error('This context has no ExecutionContext')
    },
  }
  executionCtxOf(context as never)
  expect([limit, Error.stackTraceLimit > 0]).toEqual([undefined, true])
})

it('Hono is not asked where @hono/node-server is, and is where a binding only has that name', () => {
  let asked = 0
  const context = (env: object): never =>
    ({
      env,
      get executionCtx() {
        asked++
        return 'asked'
      },
    }) as never
  expect(
    executionCtxOf(context({ incoming: { httpVersion: '1.1' }, outgoing: {} })),
  ).toBeUndefined()
  expect(asked).toBe(0)
  expect(executionCtxOf(context({ incoming: { send() {} } }))).toBe('asked')
  const refusing = new Proxy(
    {},
    {
      get() {
        throw new Error('no binding of this name')
      },
    },
  )
  expect(executionCtxOf(context(refusing))).toBe('asked')
})

it('what servers hand over is not asked for ever, unless it once had one; bindings always are', async () => {
  vi.resetModules()
  const { executionCtxOf: fresh } = await import('../../../src/runtimes/execution-ctx.ts')
  let asked = 0
  const none = (env: unknown): unknown =>
    fresh({
      env,
      get executionCtx() {
        asked++
        throw new Error('This context has no ExecutionContext')
      },
    } as never)
  for (const env of [undefined, { remoteAddr: {} }, { requestIP() {} }]) {
    for (let i = 0; i < 60; i++) {
      expect(none(env)).toBeUndefined()
    }
  }
  expect(asked).toBe(100)
  const executionCtx = { waitUntil() {} }
  expect(fresh({ env: {}, executionCtx } as never)).toBe(executionCtx)
  none({})
  expect(asked).toBe(101)
  vi.resetModules()
  const again = await import('../../../src/runtimes/execution-ctx.ts')
  again.executionCtxOf({ env: undefined, executionCtx } as never)
  for (let i = 0; i < 200; i++) {
    again.executionCtxOf({} as never)
  }
  expect(again.executionCtxOf({ env: undefined, executionCtx } as never)).toBe(executionCtx)
})
