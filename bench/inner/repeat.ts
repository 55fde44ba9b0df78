import type { App, Bindings } from '../workerd/app.ts'

/** A Worker that asks its app many times within one invocation, as `?times=` says, and reads each answer to its end. */
export const repeat = (app: App): ExportedHandler<Bindings> => ({
  async fetch(request, env, ctx) {
    const { origin, pathname, searchParams } = new URL(request.url)
    const times = Number(searchParams.get('times'))
    for (let time = 0; time < times; time++) {
      const response = await app.fetch(new Request(origin + pathname), env, ctx)
      await response.arrayBuffer()
    }
    return new Response('done')
  },
})
