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
  makers.text = (...args) => note(scope, text(...args), null)
  makers.json = (...args) => note(scope, json(...args), null)
  makers.html = (...args) => note(scope, html(...args), null)
  makers.body = (...args) => noteBody(scope, body(...args), args[0])
  // What Hono's streaming helpers return, with nothing but a body; its handler of errors passes a response on.
  makers.newResponse = (...args) =>
    noteBody(scope, newResponse(...args), args[0], args.length === 1)
}

const note = (
  scope: RequestScope,
  response: unknown,
  stream: ReadableStream | null,
  isHelped = false,
): unknown => {
  if (response instanceof Response) {
    scope.made = { response, stream, isHelped }
  }
  return response
}

const noteBody = (
  scope: RequestScope,
  response: unknown,
  data: unknown,
  isHelped?: boolean,
): unknown =>
  data === null || data === undefined
    ? response
    : note(scope, response, data instanceof ReadableStream ? data : null, isHelped)
