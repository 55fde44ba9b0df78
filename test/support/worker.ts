import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MiniflareOptions } from 'miniflare'
import { type MiniflareWorker, type WorkerSource, workersOf } from './worker-source.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

export type { WorkerSource } from './worker-source.ts'

export type WorkerOptions = WorkerSource & {
  /** Further Workers in the same workerd, for service bindings and tail consumers, by their names. */
  others?: readonly WorkerSource[]
  /**
   * What `request.cf` holds. Requests then come through Miniflare's entry Worker, which costs CPU;
   * without it, they come straight from the socket, and `request.cf` is undefined.
   */
  cf?: Record<string, unknown>
  /** Directory for the data of KV, D1 and the like. Default: a new one, removed by `stop()`. */
  storage?: string
}

/** One line that a Worker, or workerd itself, wrote. */
export interface LogLine {
  level: string
  /** What `console` made of its arguments. */
  message: string
  /** Milliseconds since 1970. */
  timestamp: number
}

/** A Worker in a workerd of its own. */
export interface RunningWorker {
  /** Without a trailing slash. The same after a restart. */
  readonly url: string
  /** The workerd process, to measure; another one after a restart. Undefined once it has ended. */
  readonly pid: number | undefined
  /**
   * What was written since the start, restarts included, a line each. A response can be faster than
   * the line that was written before it; after `restart()` and `stop()` every line is there.
   */
  logs(): string
  logLines(): readonly LogLine[]
  /** The bindings of the (first) Worker, usable from here: to fill KV and D1 or look into them. */
  env<Env>(): Promise<Env>
  /** Runs the (first) Worker's `scheduled` handler. Resolves with its outcome when it has returned. */
  scheduled(options: { cron?: string; scheduledTime?: Date }): Promise<{ outcome: string }>
  /** Kills workerd, as the platform ends an isolate, and starts a new one on the same data. */
  restart(): Promise<void>
  /** Kills workerd and removes its data. Does nothing the second time. */
  stop(): Promise<void>
}

/** Starts a Worker in a real workerd, with real storage, on a free port of 127.0.0.1. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const lines: LogLine[] = []
  const workers = (await Promise.all([options, ...(options.others ?? [])].map(workersOf))).flat()
  const storage = options.storage ?? (await mkdtemp(join(tmpdir(), 'worker-')))
  let url = ''
  let workerd: Workerd | undefined

  async function start(): Promise<void> {
    const port = Number(url && new URL(url).port)
    workerd = await startWorkerd({
      ...listening(workers, port, options.cf),
      host: '127.0.0.1',
      resourcePersistencePath: storage,
      telemetry: { enabled: false },
      handleStructuredLogs: (line) => lines.push(line),
    })
    const { miniflare } = workerd
    url = (await (options.cf ? miniflare.ready : miniflare.unsafeGetDirectURL())).origin
  }

  async function stop(): Promise<void> {
    await workerd?.stop()
    workerd = undefined
    if (!options.storage) await rm(storage, { recursive: true, force: true })
  }

  try {
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    get url() {
      return url
    },
    get pid() {
      return workerd?.pid()
    },
    logs: () => lines.map((line) => line.message).join('\n'),
    logLines: () => lines,
    async env<Env>() {
      if (!workerd) throw new Error('Cannot read bindings: the Worker must be running')
      return workerd.miniflare.getBindings<Env & Record<string, unknown>>()
    },
    async scheduled({ cron, scheduledTime }) {
      if (!workerd) throw new Error('Cannot run a trigger: the Worker must be running')
      const worker = await workerd.miniflare.getWorker()
      return worker.scheduled({ ...(cron && { cron }), ...(scheduledTime && { scheduledTime }) })
    },
    async restart() {
      await workerd?.stop()
      await start()
    },
    stop,
  }
}

function listening(
  workers: readonly MiniflareWorker[],
  port: number,
  cf: Record<string, unknown> | undefined,
): Pick<MiniflareOptions, 'workers' | 'port' | 'cf'> {
  if (cf) return { workers: [...workers], port, cf }
  const [first, ...others] = workers as [MiniflareWorker, ...MiniflareWorker[]]
  const dev = { ...first.dev, unsafeDirectSockets: [{ host: '127.0.0.1', port }] }
  return { workers: [{ ...first, dev }, ...others], port: 0, cf: false }
}
