import type { Group, Handler } from './group.ts'

const NULL_BODY = [101, 204, 205, 304]
const STATUSES = [
  ...[200, 201, 202, 203, 204, 205, 206, 207, 226, 299],
  ...[300, 301, 302, 303, 304, 305, 307, 308, 399],
  ...[400, 401, 402, 403, 404, 405, 406, 409, 410, 412, 413, 415, 416, 417, 418, 422, 425, 426],
  ...[428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 599],
]

/** One of each kind. */
const KINDS = [101, 200, 201, 204, 205, 206, 301, 304, 307, 400, 401, 404, 416, 418, 500, 503]

const each = (
  statuses: readonly number[],
  of: (status: number) => Handler,
): Record<string, Handler> =>
  Object.fromEntries(statuses.map((status) => [String(status), of(status)]))

/** Without a body. */
export const emptyStatuses: Group = {
  path: '/empty',
  routes: each(KINDS, (status) => () => new Response(null, { status })),
}

/** With one, where there may be one. */
export const statuses: Group = {
  path: '/statuses',
  routes: {
    ...each(
      STATUSES,
      (status) => (c) =>
        NULL_BODY.includes(status)
          ? c.body(null, status as 204)
          : c.text(`is ${status}`, status as 200),
    ),
    '100': () => new Response(null, { status: 100 }),
    '101': () => new Response(null, { status: 101 }),
    '103': () => new Response(null, { status: 103 }),
    '199': () => new Response(null, { status: 199 }),
    '600': () => new Response(null, { status: 600 }),
    '204-with-a-body': () => new Response('body', { status: 204 }),
    '304-with-a-body': () => new Response('body', { status: 304 }),
    '204-with-a-type': () =>
      new Response(null, { status: 204, headers: { 'Content-Type': 'text/event-stream' } }),
    '304-with-a-length': () =>
      new Response(null, { status: 304, headers: { 'Content-Length': '7', ETag: '"a"' } }),
    'with-a-text': () => new Response('a', { status: 200, statusText: 'Very Fine' }),
    'with-an-empty-text': () => new Response('a', { status: 404, statusText: '' }),
    'unknown-with-a-text': () => new Response('a', { status: 299, statusText: 'Almost' }),
    redirect: (c) => c.redirect('/elsewhere'),
    'redirect-301': (c) => c.redirect('/elsewhere', 301),
    'redirect-unicode': (c) => c.redirect('/jinde/kůň'),
    'response-redirect': () => Response.redirect('http://example.com/a', 307),
    'response-error': () => Response.error(),
    'response-json-422': () => Response.json({ no: true }, { status: 422 }),
    'c-status-then-text': (c) => {
      c.status(202)
      return c.text('later')
    },
    'not-a-response': () => 'a string' as never,
    'undefined-returned': () => undefined as never,
    'null-returned': () => null as never,
  },
}
