import { type C, type Group, type Handler, sleep } from './group.ts'

/** Requests that came in by the entry, and what came with them, as they are. */
export const arrived: WeakSet<object> = new WeakSet()

const LATE = 15

const echoed = async (c: C, body: BodyInit | null): Promise<Response> =>
  new Response(body, { headers: { 'X-Method': c.req.method } })

/** Each reads the body in its own way. */
const readers: Record<string, Handler> = {
  text: async (c) => echoed(c, await c.req.text()),
  'text-twice': async (c) => echoed(c, `${await c.req.text()}${await c.req.text()}`),
  'raw-text-twice': async (c) => {
    const text = await c.req.raw.text()
    return c.req.raw.text().then(
      (again) => echoed(c, text + again),
      (error) => echoed(c, `${text}: ${(error as Error).name}`),
    )
  },
  json: async (c) => c.json((await c.req.json()) as object),
  buffer: async (c) => echoed(c, await c.req.arrayBuffer()),
  form: async (c) => c.json(await c.req.parseBody()),
  stream: (c) => echoed(c, c.req.raw.body),
  'c-body': (c) => c.body(c.req.raw.body as ReadableStream),
  'in-parts': async (c) => {
    let length = 0
    for await (const part of c.req.raw.body as unknown as AsyncIterable<Uint8Array>) {
      length += part.length
    }
    return echoed(c, String(length))
  },
  'not-at-all': (c) => echoed(c, 'not read'),
  'a-part-only': async (c) => {
    const reader = c.req.raw.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    return echoed(c, 'read a part')
  },
  'of-a-clone': async (c) => {
    const text = await c.req.raw.clone().text()
    return echoed(c, `${text}, ${await c.req.raw.text()}`)
  },
  'of-a-new-request': async (c) => echoed(c, await new Request(c.req.raw).text()),
  late: async (c) => {
    await sleep(LATE)
    return echoed(c, await c.req.text())
  },
  'after-next': async (c) => {
    await Promise.resolve()
    return echoed(c, await c.req.blob())
  },
  upper: (c) =>
    echoed(
      c,
      (c.req.raw.body?.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform: (chunk, controller) =>
            controller.enqueue(
              new TextEncoder().encode(new TextDecoder().decode(chunk).toUpperCase()),
            ),
        }) as never,
      ) as never) ?? null,
    ),
}

const methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'BREW', 'PROPFIND', 'QUERY']
const FORM = 'application/x-www-form-urlencoded'

/** What comes in: bodies, methods, targets. */
export const requests: Group = {
  path: '/requests',
  routes: {
    /** The very objects that came in, with nothing taken from them. */
    identity: (c) =>
      c.json({
        request: arrived.has(c.req.raw),
        used: c.req.raw.bodyUsed,
        url: new URL(c.req.url).pathname,
        header: c.req.header('x-request-id') ?? null,
      }),
    context: (c) => {
      let context: unknown = 'none'
      try {
        context = arrived.has(c.executionCtx)
      } catch {
        // Only Workers have one.
      }
      return c.json({ context, path: c.req.path, finalized: c.finalized, error: `${c.error}` })
    },
    signal: (c) => c.json({ aborted: c.req.raw.signal.aborted }),
    'request-properties': (c) => {
      const { method, redirect, credentials, cache, integrity, keepalive, mode } = c.req.raw
      return c.json({ method, redirect, credentials, cache, integrity, keepalive, mode })
    },
    variables: (c) => {
      c.set('own' as never, 'value' as never)
      return c.json({ own: c.get('own' as never) })
    },
  },
  register: (app) => {
    for (const [name, read] of Object.entries(readers)) {
      app.post(`/requests/read/${name}`, read)
    }
    app.all('/requests/any', (c) => c.text(`${c.req.method} ${c.req.path}`))
    app.on(['PURGE', 'BREW'], '/requests/on', (c) => c.text(c.req.method))
    app.get('/requests/only-get', (c) => c.text('got'))
    app.get('/requests/query', (c) => c.json(c.req.queries()))
    app.get('/requests/params/:a/:b?', (c) => c.json(c.req.param()))
    app.get('/requests/headers', (c) => c.json([...c.req.raw.headers]))
    app.post('/requests/identity', (c) =>
      c.json({ request: arrived.has(c.req.raw), used: c.req.raw.bodyUsed }),
    )
  },
  requests: {
    ...Object.fromEntries(
      Object.keys(readers).map((name) => [
        `a body read: ${name}`,
        {
          method: 'POST',
          path: `/requests/read/${name}`,
          headers: [['Content-Type', name === 'form' ? FORM : 'application/json']],
          body: name === 'form' ? 'a=1&b=2' : '{"a":"b"}',
        },
      ]),
    ),
    ...Object.fromEntries(
      ['stream', 'text', 'c-body', 'upper', 'not-at-all', 'a-part-only'].map((name) => [
        `a body in chunks: ${name}`,
        {
          method: 'POST',
          path: `/requests/read/${name}`,
          body: ['one', 'two', 'three'],
          once: name.startsWith('not') || name.startsWith('a-part'),
        },
      ]),
    ),
    ...Object.fromEntries(
      ['stream', 'text', 'in-parts', 'not-at-all'].map((name) => [
        `a large body: ${name}`,
        {
          method: 'POST',
          path: `/requests/read/${name}`,
          body: 'large '.repeat(30_000),
          once: name.startsWith('not'),
        },
      ]),
    ),
    ...Object.fromEntries(
      methods.flatMap((method) => [
        [`${method} of all`, { method, path: '/requests/any' }],
        [`${method} of GET only`, { method, path: '/requests/only-get' }],
        [`${method} of named methods`, { method, path: '/requests/on' }],
      ]),
    ),
    'an empty body': { method: 'POST', path: '/requests/read/text', body: '' },
    'JSON that is none': { method: 'POST', path: '/requests/read/json', body: '{' },
    'identity with a body': { method: 'POST', path: '/requests/identity', body: 'unread' },
    'a query': { path: '/requests/query?a=1&a=2&b=%C3%A9&c' },
    'an encoded path': { path: '/requests/params/%C3%A9%20x/b%2Fc' },
    'a path with dots': { path: '/requests/params/../params/x' },
    'doubled slashes': { path: '//requests//only-get' },
    'a trailing slash': { path: '/requests/only-get/' },
    'headers as they came': {
      path: '/requests/headers',
      headers: [
        ['X-A', '1'],
        ['x-a', '2'],
        ['Cookie', 'a=1; b=2'],
        ['X-Request-ID', 'callers-own'],
        ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
        ['tracestate', 'a=b'],
        ['baggage', 'c=d'],
      ],
    },
    'an illegal traceparent': {
      path: '/requests/headers',
      headers: [
        ['traceparent', 'nonsense'],
        ['tracestate', ',,'],
        ['baggage', '=;='],
      ],
    },
    'an absolute target': {
      path: 'an absolute target',
      raw: 'GET http://other.test/requests/only-get HTTP/1.1\r\nHost: other.test\r\n\r\n',
    },
    'no Host': { path: 'no Host', raw: 'GET /requests/only-get HTTP/1.0\r\n\r\n' },
    'OPTIONS *': { path: 'OPTIONS *', raw: 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n' },
    nonsense: { path: 'nonsense', raw: 'NONSENSE\r\n\r\n' },
    'two requests at once': {
      path: 'two requests at once',
      raw:
        'GET /bodies/string HTTP/1.1\r\nHost: a\r\n\r\n' +
        'GET /bodies/bytes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    },
    'Expect: 100-continue': {
      method: 'POST',
      path: '/requests/read/text',
      headers: [['Expect', '100-continue']],
      body: 'expected',
    },
    'trailers of a request': {
      path: 'trailers of a request',
      raw:
        'POST /requests/read/text HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n' +
        '3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
    },
  },
}
