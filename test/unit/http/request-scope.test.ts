import { expect, it, vi } from 'vitest'
import { type RequestScope, releaseRequest } from '../../../src/http/request-scope.ts'

it('a request that has ended lets go of the objects of the runtime, and ends its invocation once', () => {
  const settle = vi.fn()
  const scope = {
    request: new Request('http://shop.test/'),
    executionCtx: { waitUntil() {} },
    env: { DB: {} },
    handling: {},
    inner: {},
    settle,
    requestId: 'a',
  } as unknown as RequestScope
  releaseRequest(scope)
  releaseRequest(scope)
  expect(scope).toEqual({
    request: undefined,
    executionCtx: undefined,
    env: undefined,
    handling: undefined,
    inner: undefined,
    gave: 2,
    isLate: true,
    settle: undefined,
    requestId: 'a',
  })
  expect(settle).toHaveBeenCalledTimes(1)
})
