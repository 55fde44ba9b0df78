import { Hono } from 'hono'
import { type Group, sleep } from './group.ts'

/** Apps within apps, and an app that asks itself. */
export const mounts: Group = {
  path: '/mounts',
  routes: {
    sync: (c) => c.text('sync'),
    async: async (c) => {
      await sleep(1)
      return c.text('async')
    },
  },
  register: (app) => {
    const sub = new Hono()
    sub.get('/', (c) => c.text(`sub ${c.req.path}`))
    sub.get('/deep/:id', (c) => c.text(`sub ${c.req.param('id')}`))
    sub.get('/fails', () => {
      throw new Error('in a sub-app')
    })
    sub.all('/all', (c) => c.text(c.req.method))
    app.route('/mounts/sub', sub)
    app.route('/mounts/sub2/:tenant', sub)
    app.mount('/mounts/hono', sub.fetch)
    app.mount('/mounts/plain', (request: Request) => new Response(new URL(request.url).pathname))
    app.mount('/mounts/bytes', () => new Response(new Uint8Array(3000)))

    const based = new Hono().basePath('/based')
    based.get('/a', (c) => c.text('based'))
    app.route('/mounts', based)

    const next =
      (...args: unknown[]) =>
      (..._: unknown[]) =>
        args[0]
    app.use('/mounts/rest/*', (...args) => {
      const [, go] = args
      return go()
    })
    app.get('/mounts/rest/a', (c) => c.text('behind rest arguments'))
    app.use('/mounts/default/*', (_, go = next() as never) => go())
    app.get(
      '/mounts/handlers',
      async (_, go) => go(),
      (c) => c.text('second handler'),
    )
    app.all('/mounts/wild/*', (c) => c.text(`wild ${c.req.path}`))

    const inner = new Hono()
    inner.get('/users/:id', (c) => c.json({ id: c.req.param('id') }))
    inner.get('/boom', () => {
      throw new Error('inner boom')
    })
    app.route('/mounts/inner', inner)
    app.get('/mounts/self/users/:id', (c) =>
      app.request(`/mounts/inner/users/${c.req.param('id')}`),
    )
    app.get('/mounts/self/fetch', (c) =>
      app.fetch(new Request('http://self.test/mounts/inner/users/8'), c.env),
    )
    app.get('/mounts/self/same', (c) => {
      const url = new URL(c.req.url)
      return app.fetch(new Request(`${url.origin}/mounts/inner/users/9`, c.req.raw), c.env)
    })
    app.get('/mounts/self/safe', async (c) => {
      const { status } = await app.request('/mounts/inner/boom')
      return c.text(`inner was ${status}`)
    })
    app.get('/mounts/self/bytes', async (c) => {
      const { body, headers } = await app.request('/bodies/bytes', {}, c.env)
      return new Response(body, { headers })
    })
    app.get('/mounts/self/stream', (c) => app.request('/streams/chunks-with-pauses', {}, c.env))
    app.get('/mounts/self/deep', (c) => app.request('/mounts/self/users/3', {}, c.env))
  },
  requests: Object.fromEntries(
    [
      'sub',
      'sub/deep/7',
      'sub/fails',
      'sub/all',
      'sub/nowhere',
      'sub2/acme/deep/7',
      'hono/deep/7',
      'hono/fails',
      'hono/nowhere',
      'plain/a/b',
      'bytes/a',
      'based/a',
      'rest/a',
      'rest/nowhere',
      'default/nowhere',
      'handlers',
      'wild/a/b',
      'self/users/7',
      'self/fetch',
      'self/same',
      'self/safe',
      'self/bytes',
      'self/stream',
      'self/deep',
    ].map((path) => [path, { path: `/mounts/${path}` }]),
  ),
}
