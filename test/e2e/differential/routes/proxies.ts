import { proxy } from 'hono/proxy'
import type { C, Group, Handler } from './group.ts'

const PATHS = [
  'echo',
  'length',
  'chunks',
  'events',
  'gzip',
  'cookies',
  'request-id',
  'timing',
  'not-found',
  'fails',
  'no-content',
  'not-modified',
  'no-type',
  'breaks',
] as const

const upstream = ({ env }: C, path: string): string => `${env.UPSTREAM}/${path}`

const each = (way: string, of: (path: string) => Handler): Record<string, Handler> =>
  Object.fromEntries(PATHS.map((path) => [`${way}-${path}`, of(path)]))

class Init {
  get method(): string {
    return 'POST'
  }
  get body(): string {
    return 'from a getter'
  }
  get headers(): Record<string, string> {
    return { 'X-Init': 'getter', 'Content-Type': 'text/plain' }
  }
}

/** A response of somebody else's. */
export const proxies: Group = {
  path: '/proxies',
  routes: {
    ...each('fetched', (path) => (c) => fetch(upstream(c, path))),
    ...each('proxied', (path) => (c) => proxy(upstream(c, path))),
    ...each('copied', (path) => async (c) => {
      const response = await fetch(upstream(c, path))
      return new Response(response.body, response)
    }),
    'manual-redirect': (c) => fetch(upstream(c, 'redirect'), { redirect: 'manual' }),
    'followed-redirect': (c) => fetch(upstream(c, 'redirect')),
    'text-of': async (c) => c.text(await (await fetch(upstream(c, 'echo'))).text()),
    head: (c) => fetch(upstream(c, 'length'), { method: 'HEAD' }),
    'by-a-url': (c) => fetch(new URL(upstream(c, 'echo'))),
    'by-a-request': (c) =>
      fetch(
        new Request(upstream(c, 'echo'), { method: 'PUT', body: 'put', headers: { 'X-R': '1' } }),
      ),
    'by-a-request-and-init': (c) =>
      fetch(new Request(upstream(c, 'echo'), { headers: { 'X-R': '1' } }), {
        method: 'POST',
        body: 'init',
        headers: { 'X-I': '2' },
      }),
    'by-a-request-twice': async (c) => {
      const request = new Request(upstream(c, 'echo'), { method: 'POST', body: 'once' })
      const told: unknown[] = [request.bodyUsed]
      for (let i = 0; i < 2; i++) {
        try {
          told.push(await (await fetch(request)).json())
        } catch (error) {
          told.push((error as Error).name)
        }
        told.push(request.bodyUsed)
      }
      return c.json(told)
    },
    'with-null-headers': (c) => fetch(upstream(c, 'echo'), { headers: null } as never),
    'with-undefined': (c) => fetch(upstream(c, 'echo'), undefined),
    'with-null': (c) => fetch(upstream(c, 'echo'), null as never),
    'with-an-init-of-getters': (c) => fetch(upstream(c, 'echo'), new Init()),
    'with-an-inherited-init': (c) =>
      fetch(upstream(c, 'echo'), Object.create({ method: 'POST', body: 'y' }) as RequestInit),
    'with-header-pairs': (c) =>
      fetch(upstream(c, 'echo'), {
        headers: [
          ['X-Pair', 'a'],
          ['X-Pair', 'b'],
        ],
      }),
    'with-search-params': (c) =>
      fetch(upstream(c, 'echo'), { method: 'POST', body: new URLSearchParams({ a: '1' }) }),
    'with-a-blob': (c) =>
      fetch(upstream(c, 'echo'), {
        method: 'POST',
        body: new Blob(['blob'], { type: 'text/x-blob' }),
      }),
    'with-bytes': (c) =>
      fetch(upstream(c, 'echo'), { method: 'POST', body: new Uint8Array([65, 66]) }),
    'with-an-empty-body': (c) => fetch(upstream(c, 'echo'), { method: 'POST', body: '' }),
    'with-a-stream': (c) =>
      fetch(upstream(c, 'echo'), {
        method: 'POST',
        body: new Blob(['streamed']).stream(),
        duplex: 'half',
      } as RequestInit),
    'aborted-before': (c) => fetch(upstream(c, 'echo'), { signal: AbortSignal.abort() }),
    'to-nowhere': () => fetch('http://127.0.0.1:9/'),
    'to-no-url': () => fetch('no url'),
    'what-fetch-is': (c) =>
      c.json({
        name: fetch.name,
        length: fetch.length,
        type: typeof fetch,
        keys: Object.keys(fetch),
      }),
    'what-fetch-throws': async (c) => {
      const tried = async (...given: unknown[]): Promise<string> => {
        try {
          await (fetch as (...given: unknown[]) => Promise<Response>)(...given)
          return 'nothing'
        } catch (error) {
          return (error as Error).name
        }
      }
      return c.json([
        await tried(),
        await tried('http://['),
        await tried(upstream(c, 'echo'), { method: 'G T' }),
        await tried(upstream(c, 'echo'), { body: 'of a GET' }),
        await tried(upstream(c, 'echo'), { headers: { 'a b': 'c' } }),
        await tried(upstream(c, 'echo'), { headers: 'text' }),
        await tried(Symbol('no url')),
      ])
    },
  },
  register: (app) => {
    app.all('/proxies/forward/raw', (c) => fetch(new Request(upstream(c, 'echo'), c.req.raw)))
    app.all('/proxies/forward/proxy', (c) => proxy(upstream(c, 'echo'), c.req))
    app.all('/proxies/forward/raw-proxy', (c) => proxy(upstream(c, 'echo'), { raw: c.req.raw }))
    app.all('/proxies/forward/headers', (c) =>
      fetch(upstream(c, 'echo'), { method: 'POST', headers: c.req.raw.headers, body: 'own' }),
    )
    app.all('/proxies/forward/copied-headers', (c) => {
      const headers = new Headers(c.req.raw.headers)
      headers.set('X-Added', '1')
      headers.delete('Content-Length')
      return fetch(upstream(c, 'echo'), { headers })
    })
    app.all('/proxies/forward/streamed', (c) =>
      fetch(upstream(c, 'echo'), {
        method: 'POST',
        body: c.req.raw.body,
        duplex: 'half',
      } as RequestInit),
    )
  },
  requests: Object.fromEntries(
    ['raw', 'proxy', 'raw-proxy', 'headers', 'copied-headers', 'streamed'].flatMap((way) => [
      [
        `POST forwarded: ${way}`,
        {
          method: 'POST',
          path: `/proxies/forward/${way}`,
          headers: [
            ['X-Own', '1'],
            ['Content-Type', 'text/plain'],
          ],
          body: 'forwarded body',
        },
      ],
      [
        `GET forwarded: ${way}`,
        { path: `/proxies/forward/${way}`, headers: [['X-Request-ID', 'callers-own']] },
      ],
    ]),
  ),
}
