import type { Context } from 'hono'
import type { RequestScope } from './request-scope.ts'

type Make = (...args: unknown[]) => unknown
type Makers = Record<'text' | 'json' | 'html' | 'body' | 'newResponse', Make>

/**
 * Notes what `c.json()` and its like return: such a response is of this request alone, so headers may be added where
 * another would have to be copied first, and what its body is made of need not be found out. One without a body is
 * left out: it can be kept, and sent any number of times.
 */
export const noteResponses = (scope: RequestScope, c: Context): void => {
  if (scope.hono) {
    return
  }
  scope.hono = c
  const makers = c as unknown as Makers
  const { text, json, html, body, newResponse } = makers
  makers.text = noting(scope, text)
  makers.json = noting(scope, json)
  makers.html = noting(scope, html)
  makers.body = noting(scope, body, true)
  // What Hono's streaming helpers return, with nothing but a body; its handler of errors passes a response on.
  makers.newResponse = noting(scope, newResponse, true, true)
}

const noting =
  (scope: RequestScope, make: Make, mayStream?: boolean, isForHelpers?: boolean): Make =>
  (...args) => {
    const response = make(...args)
    const [data] = args
    if (response instanceof Response && !(mayStream && (data === null || data === undefined))) {
      scope.made = {
        response,
        stream: mayStream && data instanceof ReadableStream ? data : null,
        isHelped: isForHelpers === true && args.length === 1,
      }
    }
    return response
  }
