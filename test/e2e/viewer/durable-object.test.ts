import { afterAll, beforeAll } from 'vitest'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { allTests } from '../../unit/viewer/suite/all.ts'
import type { Open } from '../../unit/viewer/suite/backend.ts'

let worker: RunningWorker
let stores = 0

beforeAll(async () => {
  worker = await startWorker({
    entry: new URL('worker.ts', import.meta.url),
    bindings: { STORE: { type: 'durable-object', worker: 'worker', exportName: 'Store' } } as never,
    settings: { exports: { Store: { type: 'durable-object', storage: 'sqlite' } } },
  })
})

afterAll(() => worker.stop())

const open: Open = async (options = {}) => {
  const headers = { 'x-store': `store-${++stores}`, 'x-options': JSON.stringify(options) }
  return (path, init) =>
    fetch(`${worker.url}${path}`, { ...init, headers: { ...init?.headers, ...headers } })
}

allTests(open)
