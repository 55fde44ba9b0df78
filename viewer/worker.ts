import { carriesToken } from './api/token.ts'
import { CONTENT_SECURITY_POLICY } from './assets.ts'
import type { ViewerEnv } from './durable-viewer.ts'

export { ViewerObject } from './durable-viewer.ts'

/** What the Worker is bound to. */
export interface Env extends ViewerEnv {
  VIEWER: { getByName(name: string): { fetch(request: Request): Promise<Response> } }
  /** The built page. */
  ASSETS: { fetch(request: Request): Promise<Response> }
}

/** In front of the store: asks for the token, serves the page, and hands on the rest. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (!env.VIEWER_TOKEN) {
      return new Response('Set a token first: npx wrangler secret put VIEWER_TOKEN', {
        status: 503,
      })
    }
    const isPreflight = request.method === 'OPTIONS' && pathname.startsWith('/v1/')
    if (!isPreflight && !(await carriesToken(request, env.VIEWER_TOKEN))) {
      return new Response('Unauthorized', {
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="hono-observability", charset="UTF-8"' },
      })
    }
    if (/^\/(v1|api|mcp)(\/|$)/.test(pathname)) {
      return env.VIEWER.getByName('viewer').fetch(request)
    }
    const page = await env.ASSETS.fetch(request)
    const response = new Response(page.body, page)
    response.headers.set('content-security-policy', CONTENT_SECURITY_POLICY)
    response.headers.set('x-content-type-options', 'nosniff')
    return response
  },
}
