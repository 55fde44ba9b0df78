import { Hono } from 'hono'
import { isFromElsewhere, isKnownHost } from './api/origin.ts'
import { apiRoutes } from './api/routes.ts'
import { carriesToken } from './api/token.ts'
import { serveAsset } from './assets.ts'
import { createBackend, type Status } from './backend.ts'
import type { ViewerOptions } from './options.ts'
import { otlpRoutes } from './otlp/routes.ts'

/** A local backend. */
export interface Viewer {
  /** Answers a request: OTLP, the API, MCP or the page. */
  fetch(request: Request): Promise<Response>
  /** Removes what is beyond the limits. Done with every post as well; call it now and then. */
  sweep(): void
  status(): Status
}

const isOtlp = (path: string): boolean => path.startsWith('/v1/')

/**
 * Makes a local backend: it receives OTLP/HTTP, keeps it in SQLite, and answers questions about it.
 *
 * @throws Error named `OtherStoreVersion` for a store that another version of the viewer wrote. It stays as it is.
 * @example
 * ```ts
 * import { createViewer, openNodeSql } from 'hono-observability/viewer'
 *
 * const viewer = createViewer({ sql: openNodeSql() })
 * const response = await viewer.fetch(new Request('http://localhost:4318/api/services'))
 * console.assert(response.status === 200)
 * ```
 */
export function createViewer(options: ViewerOptions): Viewer {
  const backend = createBackend(options)
  const { token, hosts = [], assets } = options
  const app = new Hono()
  app.use(async (c, next) => {
    const { raw, path } = c.req
    if (!isOtlp(path)) {
      if (hosts !== 'any' && !isKnownHost(raw, hosts)) return c.text('Unknown host', 403)
      if (isFromElsewhere(raw)) return c.text('Not for other origins', 403)
    }
    if (token !== undefined && raw.method !== 'OPTIONS' && !(await carriesToken(raw, token))) {
      return c.text('Unauthorized', 401, {
        'www-authenticate': 'Basic realm="hono-observability", charset="UTF-8"',
      })
    }
    return next()
  })
  app.route('/', otlpRoutes(backend))
  app.route('/', apiRoutes(backend))
  app.get('*', async (c) => (assets && (await serveAsset(assets, c.req.path))) ?? c.notFound())
  return {
    fetch: async (request) => app.fetch(request),
    sweep: () => backend.store.sweep(backend.now()),
    status: backend.status,
  }
}
