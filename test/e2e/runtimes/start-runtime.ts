import { startWorker } from '../../support/worker.ts'
import { type ServerRuntime, startServer } from './start-server.ts'

export type Runtime = 'workerd' | ServerRuntime

/** The app of `app.ts`, wherever it runs. */
export interface RunningApp {
  /** Without a trailing slash. */
  readonly url: string
  /** The JSON lines that it wrote on its console so far. */
  lines(): Record<string, unknown>[]
  /** Ends it as its platform does. Resolves to how it ended, in words. */
  stop(): Promise<string>
  /** Ends it without more ado. */
  kill(): Promise<unknown>
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

/** Starts the app with these variables. */
export async function startRuntime(
  runtime: Runtime,
  vars: Record<string, string>,
): Promise<RunningApp> {
  if (runtime === 'workerd') {
    const worker = await startWorker({ entry: new URL('worker.ts', import.meta.url), vars })
    return {
      url: worker.url,
      lines: () => jsonLines(worker.logs()),
      async stop() {
        await worker.stop()
        return 'killed; all had left'
      },
      kill: () => worker.stop(),
    }
  }
  const server = await startServer(runtime, vars)
  return {
    url: server.url,
    lines: () => jsonLines(server.stdout()),
    async stop() {
      const startMs = performance.now()
      server.kill('SIGTERM')
      const [code, signal] = await server.ended
      const isLate = performance.now() - startMs > 4500
      return `exit code ${code ?? signal} ${isLate ? 'after 5 s' : 'when all is sent'}`
    },
    async kill() {
      server.kill('SIGKILL')
      await server.ended
    },
  }
}
