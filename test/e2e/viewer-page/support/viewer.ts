import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import type { ViewerOptions } from '../../../../viewer/index.ts'
import { filesOf } from '../../../../viewer/node/page-files.ts'
import { serve } from '../../../../viewer/node/serve.ts'
import { openNodeSql } from '../../../../viewer/sql/node-sql.ts'
import { createViewer, type Viewer } from '../../../../viewer/viewer.ts'

const PAGE = `${import.meta.dirname}/../../../../viewer/page`

/** The viewer with its page. */
export interface ViewerServer {
  url: string
  /** Sends OTLP/JSON. Throws when it was not taken. */
  send(signal: 'traces' | 'metrics' | 'logs', body: unknown): Promise<void>
  /** Asks the API. */
  get<T>(path: string): Promise<T>
  stop(): Promise<void>
}

/**
 * Builds the page into a directory of its own and serves it, with the API, on a free port.
 * `startApp` starts what is watched, which has to know where to send, and returns its health route.
 */
export async function startViewer(
  startApp?: (viewerUrl: string) => Promise<string>,
  options: Partial<ViewerOptions> = {},
): Promise<ViewerServer> {
  const directory = await mkdtemp(join(tmpdir(), 'viewer-page-'))
  await build({
    configFile: join(PAGE, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: directory },
  })
  const sql = openNodeSql()
  let viewer: Viewer | undefined
  const server = await serve(async (request) => (viewer as Viewer).fetch(request), '127.0.0.1', 0)
  const { url } = server
  const healthUrl = await startApp?.(url)
  viewer = createViewer({
    sql,
    assets: filesOf(directory),
    ...options,
    ...(healthUrl && { healthUrl }),
  })
  return {
    url,
    async send(signal, body) {
      const response = await fetch(`${url}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`the viewer answered ${response.status}: ${text}`)
    },
    async get<T>(path: string) {
      const response = await fetch(url + path)
      if (!response.ok) throw new Error(`${path} answered ${response.status}`)
      return (await response.json()) as T
    },
    async stop() {
      await server.close()
      sql.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
