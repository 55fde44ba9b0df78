import { fileURLToPath } from 'node:url'
import { startWorker } from '../../support/worker.ts'
import { startServer } from '../runtimes/start-server.ts'

export const RUNTIMES = ['workerd', 'deno', 'bun', 'node'] as const

export interface Running {
  readonly url: string
  stop(): unknown
}

export const start = async (runtime: (typeof RUNTIMES)[number]): Promise<Running> => {
  if (runtime !== 'workerd') {
    const server = await startServer(
      runtime,
      {},
      fileURLToPath(new URL('server.ts', import.meta.url)),
    )
    return { url: server.url, stop: () => server.kill('SIGKILL') }
  }
  return startWorker({
    entry: new URL('worker.ts', import.meta.url),
    bindings: {
      SVC: { type: 'worker', worker: 'worker', exportName: 'Echo' },
      ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' },
    } as never,
    settings: { exports: { Room: { type: 'durable-object', storage: 'sqlite' } } },
  })
}
