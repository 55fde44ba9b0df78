import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { filesOf } from '../../viewer/node/page-files.ts'
import { type Server, serve } from '../../viewer/node/serve.ts'
import { openNodeSql } from '../../viewer/sql/node-sql.ts'
import { createViewer, type Viewer } from '../../viewer/viewer.ts'

export interface ViewerSettings {
  port: number
  /** The page is built into a folder of it. */
  stateDir: string
  /** The shop's health route. */
  healthUrl: string
  /** Ends the build of the page. */
  signal: AbortSignal
}

export interface RunningViewer extends Server, Pick<Viewer, 'fetch'> {
  /** Resolves when the page is there; it answers requests for it from then on. Rejects if it cannot be built. */
  built: Promise<unknown>
}

const SWEEP_INTERVAL_MS = 60_000

/** Starts the viewer on 127.0.0.1, with a store that is gone at the end. */
export async function startViewer(settings: ViewerSettings): Promise<RunningViewer> {
  const { port, stateDir, healthUrl, signal } = settings
  const sql = openNodeSql()
  const page = join(stateDir, 'page')
  const built = buildPage(page, signal)
  const files = filesOf(page)
  const assets = async (path: string) => {
    await built
    return files(path)
  }
  const viewer = createViewer({ sql, healthUrl, assets })
  const sweep = setInterval(viewer.sweep, SWEEP_INTERVAL_MS)
  const server = await serve(viewer.fetch, '127.0.0.1', port)
  return {
    ...server,
    fetch: viewer.fetch,
    built,
    close: async () => {
      clearInterval(sweep)
      await server.close()
      sql.close()
    },
  }
}

/** In a process of its own: Vite changes the environment of the one it runs in. */
function buildPage(folder: string, signal: AbortSignal): Promise<unknown> {
  const script = join(import.meta.dirname, '../build-viewer-page.ts')
  return promisify(execFile)(process.execPath, [script, folder], { signal })
}
