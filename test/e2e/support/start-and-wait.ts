import { startWorker } from '../../support/worker.ts'

// Started as a process of its own by worker.test.ts, which then kills it.
const storage = process.argv[2] as string
const worker = await startWorker({ entry: new URL('worker.ts', import.meta.url), storage })
console.log(worker.url)
