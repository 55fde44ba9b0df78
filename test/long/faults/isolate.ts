import { readFile } from 'node:fs/promises'
import type { MiniflareOptions } from 'miniflare'
import { workersOf } from '../../support/worker-source.ts'
import { startWorkerd } from '../../support/workerd.ts'
import { connectInspector } from './inspector.ts'

/** One Worker in a workerd of its own, whose memory can be measured. */
export interface Isolate {
  /** Without a trailing slash. */
  readonly url: string
  /** What the Worker and workerd wrote. */
  logs(): string
  /** JavaScript heap in use after a full garbage collection, and what it keeps outside. */
  heapBytes(): Promise<number>
  /** Resident memory of the process, which is not given back at once. */
  residentBytes(): Promise<number>
  stop(): Promise<void>
}

/** Starts a module in workerd, listening on a free port of 127.0.0.1. */
export async function startIsolate(
  entry: URL,
  vars: Record<string, string | number> = {},
): Promise<Isolate> {
  const [worker] = await workersOf({ entry, vars })
  if (!worker) throw new Error(`Cannot start ${entry}: there is no Worker in it`)
  const lines: string[] = []
  const dev = { ...worker.dev, unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] }
  const options: MiniflareOptions = {
    workers: [{ ...worker, dev }],
    port: 0,
    host: '127.0.0.1',
    cf: false,
    inspectorPort: 0,
    telemetry: { enabled: false },
    handleStructuredLogs: ({ message }) => lines.push(message),
  }
  const workerd = await startWorkerd(options)
  const { miniflare } = workerd
  const url = (await miniflare.unsafeGetDirectURL()).origin
  return {
    url,
    logs: () => lines.join('\n'),
    async heapBytes() {
      const inspector = await connectInspector(await miniflare.getInspectorURL())
      let isDone = false
      const bytes = inspector.collectedHeapBytes().finally(() => {
        isDone = true
        inspector.close()
      })
      // An isolate listens to its inspector only while it has something to do.
      while (!isDone) await (await fetch(`${url}/state`)).text()
      return bytes
    },
    async residentBytes() {
      const status = await readFile(`/proc/${workerd.pid()}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
    },
    stop: () => workerd.stop(),
  }
}
