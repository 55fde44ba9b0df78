import { html, raw } from 'hono/html'
import { jsx } from 'hono/jsx'
import { bytes, encode, type Group } from './group.ts'

const form = (): FormData => {
  const data = new FormData()
  data.append('name', 'Ada')
  data.append('file', new File(['contents'], 'a.txt', { type: 'text/plain' }))
  return data
}

/** Bodies whose length the runtime knows. */
export const bodies: Group = {
  path: '/bodies',
  routes: {
    string: () => new Response('hello'),
    'empty-string': () => new Response(''),
    null: () => new Response(null),
    undefined: () => new Response(undefined),
    nothing: () => new Response(),
    'long-string': () => new Response('long '.repeat(20_000)),
    unicode: () => new Response('žluťoučký kůň 🐎'),
    bytes: () => new Response(bytes(5000)),
    'no-bytes': () => new Response(new Uint8Array(0)),
    'part-of-a-buffer': () => new Response(bytes(100).subarray(10, 20)),
    'many-bytes': () => new Response(bytes(1_000_000)),
    'array-buffer': () => new Response(bytes(5000).buffer),
    'data-view': () => new Response(new DataView(bytes(50).buffer, 5, 20)),
    floats: () => new Response(new Float64Array([1, 2, 3])),
    blob: () => new Response(new Blob(['one', 'two'])),
    'typed-blob': () => new Response(new Blob(['<b>'], { type: 'text/html' })),
    'empty-blob': () => new Response(new Blob([])),
    'slice-of-a-blob': () => new Response(new Blob(['0123456789']).slice(2, 5)),
    file: () => new Response(new File([bytes(300)], 'f.bin', { type: 'application/pdf' })),
    'search-params': () => new Response(new URLSearchParams({ a: '1', b: 'ü' })),
    number: () => new Response(42 as never),
    object: () => new Response({} as never),
    'response-json': () => Response.json({ a: [1, 2] }),
    'bytes-as-octets': () => typed(bytes(5000), 'application/octet-stream'),
    'bytes-as-event-stream': () => typed(encode('data: x\n\n'), 'text/event-stream'),
    'bytes-as-image': () => typed(bytes(900), 'image/png'),
    'string-as-event-stream': () => typed('data: x\n\n', 'text/event-stream'),
    'string-as-event-stream-with-charset': () =>
      typed('data: x\n\n', 'text/event-stream; charset=utf-8'),
    'string-as-ndjson': () => typed('{"a":1}\n', 'application/x-ndjson'),
    'blob-as-ndjson': () => typed(new Blob(['{"a":1}\n']), 'application/x-ndjson'),
    'empty-string-as-event-stream': () => typed('', 'text/event-stream'),
    'c-body-string': (c) => c.body('hello'),
    'c-body-bytes': (c) => c.body(bytes(5000)),
    'c-body-buffer': (c) => c.body(bytes(5000).buffer),
    'c-body-blob': (c) => c.body(new Blob(['blob']) as never),
    'c-body-null': (c) => c.body(null),
    'c-body-null-204': (c) => c.body(null, 204),
    'c-text': (c) => c.text('hello'),
    'c-text-empty': (c) => c.text(''),
    'c-json': (c) => c.json({ hello: ['world', 1, null] }),
    'c-html': (c) => c.html('<p>hi</p>'),
    'c-html-promise': (c) => c.html(Promise.resolve('<p>later</p>')),
    'html-template': (c) => c.html(html`<p>${'<'}${raw('<br>')}</p>`),
    jsx: (c) => c.html(jsx('p', { class: 'a' }, 'hi') as never),
    'c-notfound': (c) => c.notFound(),
    'c-new-response': (c) => c.newResponse('new', 201, { 'X-A': 'b' }),
    'c-new-response-of-a-stream': (c) => c.newResponse(new Blob(['native']).stream()),
    'c-new-response-of-a-response': (c) => {
      const inner = new Response('passed on', { status: 202 })
      return c.newResponse(inner.body, inner)
    },
    'c-body-of-a-response': (c) => c.body(new Response('passed on').body as ReadableStream),
    'copy-of-a-response': () => {
      const inner = new Response('copied', { status: 202, headers: { 'X-A': 'b' } })
      return new Response(inner.body, inner)
    },
    'copy-of-bytes': () => {
      const inner = new Response(bytes(3000))
      return new Response(inner.body, inner)
    },
    'clone-of-a-response': () => new Response(bytes(3000)).clone(),
    'cloned-response': async () => {
      const response = new Response(bytes(3000))
      await response.clone().arrayBuffer()
      return response
    },
    'body-asked-for': () => {
      const response = new Response(bytes(3000))
      return response.body ? response : new Response('none')
    },
    'body-of-blob': () => new Response(new Blob([bytes(3000)]).stream()),
    'body-of-text': () => new Response(new Response('text').body),
    'body-of-bytes': () => new Response(new Response(bytes(3000)).body),
  },
  register: (app) => {
    // Its boundary is another one each time.
    app.get('/bodies/form-data', () => new Response(form()))
  },
  requests: {
    'form data': { path: '/bodies/form-data' },
    'form data, HEAD': { method: 'HEAD', path: '/bodies/form-data' },
    'HEAD with a query': { method: 'HEAD', path: '/bodies/bytes?a=1' },
    'HTTP/1.0': { path: '/bodies/bytes', raw: 'GET /bodies/bytes HTTP/1.0\r\nHost: a\r\n\r\n' },
    'HTTP/1.0 kept alive': {
      path: '/bodies/bytes',
      raw: 'GET /bodies/bytes HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
    },
    'Connection: close': { path: '/bodies/bytes', headers: [['Connection', 'close']] },
    'what gzip is accepted for': {
      path: '/bodies/long-string',
      headers: [['Accept-Encoding', 'gzip']],
    },
  },
}

const typed = (body: BodyInit, type: string): Response =>
  new Response(body, { headers: { 'Content-Type': type } })
