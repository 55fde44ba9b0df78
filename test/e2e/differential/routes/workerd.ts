import { cache } from 'hono/cache'
import { bytes, type C, encode, type Fetcher, type Group, type Handler } from './group.ts'

/** What only Workers have. */
interface Workers {
  FixedLengthStream: new (length: number) => TransformStream<Uint8Array, Uint8Array>
  IdentityTransformStream: new () => TransformStream<Uint8Array, Uint8Array>
  HTMLRewriter: new () => {
    on(selector: string, handler: object): { transform(response: Response): Response }
  }
  WebSocketPair: new () => { 0: WebSocket; 1: WebSocket & { accept(): void } }
  caches: {
    default: {
      put(url: string, response: Response): Promise<void>
      match(url: string): Promise<Response | undefined>
    }
  }
}

const workers = globalThis as unknown as Workers

const METADATA = { contentType: 'image/x-own', cacheControl: 'max-age=7' }

const stored = async ({ env }: C, length = 9000, options?: object) => {
  const key = `object of ${length}`
  const found = await env.BUCKET.get(key, options)
  if (found) {
    return found
  }
  await env.BUCKET.put(key, bytes(length), { httpMetadata: METADATA })
  return (await env.BUCKET.get(key, options)) as NonNullable<typeof found>
}

const filled = (
  { readable, writable }: TransformStream<Uint8Array, Uint8Array>,
  ...parts: string[]
): ReadableStream<Uint8Array> => {
  const writer = writable.getWriter()
  const write = async (): Promise<void> => {
    for (const part of parts) {
      await writer.write(encode(part))
    }
    await writer.close()
  }
  write().catch(() => {})
  return readable
}

const gzipped = async (text: string): Promise<ArrayBuffer> =>
  new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream('gzip') as never),
  ).arrayBuffer()

const manually = (body: BodyInit): Response =>
  new Response(body, { headers: { 'Content-Encoding': 'gzip' }, encodeBody: 'manual' } as never)

const room = ({ env }: C): Fetcher => env.ROOM.get(env.ROOM.idFromName('a'))

/** Asked of a service binding and of a Durable Object. */
const CALLED = [
  'echo',
  'bytes',
  'stream',
  'redirect',
  'not-found',
  'fails',
  'no-content',
  'cookies',
]

const called = (name: string, to: (c: C) => Fetcher): Record<string, Handler> =>
  Object.fromEntries([
    ...CALLED.map((path) => [`${name}-${path}`, (c: C) => to(c).fetch(`http://x/called/${path}`)]),
    [`${name}-forwarded`, (c: C) => to(c).fetch(c.req.raw)],
    [
      `${name}-forwarded-copy`,
      (c: C) => to(c).fetch(new Request('http://x/called/echo', c.req.raw)),
    ],
  ])

export const workerd: Group = {
  path: '/workerd',
  on: ['workerd'],
  routes: {
    'r2-body': async (c) => new Response((await stored(c)).body),
    'r2-c-body': async (c) => c.body((await stored(c)).body),
    'r2-body-with-metadata': async (c) => {
      const object = await stored(c)
      const headers = new Headers({ ETag: object.httpEtag })
      object.writeHttpMetadata(headers)
      return new Response(object.body, { headers })
    },
    'r2-range': async (c) => {
      const object = await stored(c, 9000, { range: { offset: 100, length: 50 } })
      return new Response(object.body, {
        status: 206,
        headers: { 'Content-Range': 'bytes 100-149/9000', 'Accept-Ranges': 'bytes' },
      })
    },
    'r2-blob': async (c) => new Response(await (await stored(c)).blob()),
    'r2-buffer': async (c) => new Response(await (await stored(c)).arrayBuffer()),
    'r2-empty': async (c) => new Response((await stored(c, 0)).body),
    'r2-large': async (c) => new Response((await stored(c, 200_000)).body),
    'kv-stream': async (c) => {
      await c.env.CACHE.put('key', bytes(3000))
      return new Response(await c.env.CACHE.get('key', 'stream'))
    },
    'kv-buffer': async (c) => {
      await c.env.CACHE.put('key', bytes(3000))
      return new Response(await c.env.CACHE.get('key', 'arrayBuffer'))
    },
    'fixed-length': () => new Response(filled(new workers.FixedLengthStream(7), 'seven', '77')),
    'fixed-length-zero': () => new Response(filled(new workers.FixedLengthStream(0))),
    'fixed-length-too-short': () => new Response(filled(new workers.FixedLengthStream(9), 'short')),
    'fixed-length-piped': () =>
      new Response(
        new Blob(['sixteen bytes...'])
          .stream()
          .pipeThrough(new workers.FixedLengthStream(16) as never),
      ),
    identity: () => new Response(filled(new workers.IdentityTransformStream(), 'a', 'b', 'c')),
    compressed: () =>
      new Response(
        new Blob(['compress me '.repeat(100)])
          .stream()
          .pipeThrough(new CompressionStream('gzip') as never),
      ),
    'encoded-manually': async () => manually(await gzipped('manual '.repeat(50))),
    'encoded-manually-stream': async () =>
      manually(new Blob([await gzipped('manual '.repeat(50))]).stream()),
    'encoded-by-itself': () =>
      new Response('automatic '.repeat(50), { headers: { 'Content-Encoding': 'gzip' } }),
    rewritten: () =>
      new workers.HTMLRewriter()
        .on('p', {
          element: (p: { setInnerContent(text: string): void }) => p.setInnerContent('new'),
        })
        .transform(new Response('<p>old</p>', { headers: { 'Content-Type': 'text/html' } })),
    'from-the-cache': async () => {
      const { default: cache } = workers.caches
      const url = 'http://cache.test/a'
      const headers = { 'Cache-Control': 'max-age=60', 'Content-Length': '1000' }
      await cache.put(url, new Response(bytes(1000), { headers }))
      const match = await cache.match(url)
      return new Response(match?.body ?? null, { status: match?.status ?? 599 })
    },
    'body-of-a-fetch': async (c) => new Response((await fetch(`${c.env.UPSTREAM}/length`)).body),
    ...called('service', (c) => c.env.SERVICE),
    ...called('object', room),
  },
  register: (app) => {
    app.get('/sockets/plain', () => {
      const { 0: client, 1: server } = new workers.WebSocketPair()
      server.accept()
      server.addEventListener('message', ({ data }) => {
        if (data === 'bye') {
          server.close(1000, 'bye')
        } else {
          server.send(`echo ${data}`)
        }
      })
      return new Response(null, { status: 101, webSocket: client } as ResponseInit)
    })
    app.get('/sockets/object', (c) => room(c).fetch(c.req.raw))
    app.get('/sockets/headers', () => {
      const { 0: client, 1: server } = new workers.WebSocketPair()
      server.accept()
      server.close(1000, 'at once')
      const headers = { 'Sec-WebSocket-Protocol': 'chat', 'X-Own': '1', 'Set-Cookie': 'a=1' }
      return new Response(null, { status: 101, headers, webSocket: client } as ResponseInit)
    })
    app.post('/workerd/put', async (c) => {
      const { size } = await c.env.BUCKET.put('uploaded', c.req.raw.body)
      return c.json({ size })
    })
    app.all('/called/forward', (c) => c.env.SERVICE.fetch(c.req.raw))
  },
  requests: {
    'R2.put of a request’s body': {
      method: 'POST',
      path: '/workerd/put',
      body: 'upload '.repeat(99),
    },
    'a request with a body passed on whole': {
      method: 'POST',
      path: '/called/forward',
      headers: [['X-Own', '1']],
      body: 'passed on',
    },
    'what gzip is accepted for, encoded manually': {
      path: '/workerd/encoded-manually',
      headers: [['Accept-Encoding', 'gzip']],
    },
    'what gzip is accepted for, encoded by itself': {
      path: '/workerd/encoded-by-itself',
      headers: [['Accept-Encoding', 'gzip']],
    },
    'what gzip is accepted for, R2': {
      path: '/workerd/r2-body',
      headers: [['Accept-Encoding', 'gzip']],
    },
  },
}

/** Hono's cache, whose first answer is not from it. */
export const cached: Group = {
  path: '/cached',
  on: ['workerd'],
  register: (app) => {
    app.use('/cached/*', cache({ cacheName: 'own', cacheControl: 'max-age=60', wait: true }))
  },
  routes: {
    text: (c) => c.text('cached'),
    bytes: (c) => c.body(bytes(3000)),
    stream: () => new Response(filled(new workers.IdentityTransformStream(), 'a', 'b')),
  },
}

/** What the other Worker and the Durable Object answer. */
export const answerCall = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url)
  switch (pathname.slice('/called/'.length)) {
    case 'bytes':
      return new Response(bytes(4000))
    case 'stream':
      return new Response(filled(new workers.IdentityTransformStream(), 'x', 'y'))
    case 'redirect':
      return Response.redirect('http://example.com/called')
    case 'not-found':
      return new Response('not here', { status: 404 })
    case 'fails':
      throw new Error('callee failed')
    case 'no-content':
      return new Response(null, { status: 204 })
    case 'cookies':
      return new Response('c', {
        headers: [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['X-Request-ID', 'of-the-callee'],
        ],
      })
    default: {
      const ours = ['traceparent', 'tracestate', 'baggage']
      const headers = [...request.headers].filter(([name]) => !ours.includes(name))
      return Response.json({
        method: request.method,
        pathname,
        headers,
        body: await request.text(),
      })
    }
  }
}
