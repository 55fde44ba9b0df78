import { DurableObject } from 'cloudflare:workers'
import { app } from './app.ts'
import { followRedirects } from './redirects.ts'

/** Tells what it was sent. */
const echo = async (request: Request): Promise<Response> =>
  new Response(
    [request.method, request.url, ...[...request.headers].map((pair) => pair.join(': ')), ''].join(
      '\r\n',
    ) + (await request.text()),
  )

export class Room extends DurableObject {
  fetch(request: Request): Promise<Response> {
    return echo(request)
  }
}

export const Echo = { fetch: echo }

export default {
  fetch: (request: Request, env: object, ctx: never): unknown =>
    new URL(request.url).pathname === '/redirects'
      ? followRedirects(request, env, ctx)
      : app.fetch(request, env as never, ctx),
}
