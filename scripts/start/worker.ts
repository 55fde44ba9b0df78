import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { WorkerMessage, WorkerSettings } from './worker-protocol.ts'

export interface WorkerEvents {
  /** D1 and KV are filled, or the package is built; the shop starts now. */
  onStored: () => void
  /** What the shop or its build wrote to standard output. */
  onOutput: (text: string) => void
  /** What they wrote to standard error. */
  onErrorOutput: (text: string) => void
  /** It did not start, or ended without being asked to. Called at most once. */
  onFailure: (message: string) => void
}

export interface WorkerProcess {
  pid: number | undefined
  /** Resolves when the shop takes requests; never, if it fails. */
  ready: Promise<void>
  /** Resolves when the process and all it started are gone. */
  stop: () => Promise<void>
}

const STOP_TIMEOUT_MS = 5000

/** Starts the shop in a process of its own. */
export function startWorker(settings: WorkerSettings, events: WorkerEvents): WorkerProcess {
  const ready = Promise.withResolvers<void>()
  const gone = Promise.withResolvers<void>()
  const script = settings.runtime === 'workerd' ? 'worker-process.ts' : 'shop-process.ts'
  let started = false
  let ended = false

  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, script), JSON.stringify(settings)],
    {
      // A process group of its own: Ctrl-C reaches only us, and we end workerd with its parent.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_WRITE_LOGS: 'false',
      },
    },
  )

  child.stdout?.setEncoding('utf8').on('data', events.onOutput)
  child.stderr?.setEncoding('utf8').on('data', events.onErrorOutput)

  const fail = (message: string): void => {
    if (ended) return
    ended = true
    events.onFailure(message)
  }
  const killGroup = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // Nobody is left in it.
    }
  }
  child.on('message', (message: WorkerMessage) => {
    if (message.type === 'stored') events.onStored()
    else if (message.type === 'ready') {
      started = true
      ready.resolve()
    } else if (!started) {
      // Later ones come from edits; what is wrong is on standard error.
      fail(`Cannot start the shop: ${message.message}`)
    }
  })
  child.once('error', (error) => {
    fail(`Cannot start the shop: ${error.message}`)
    gone.resolve()
  })
  child.once('exit', (code, signal) => {
    killGroup()
    fail(`The shop's process has ended by itself (${signal ?? `exit code ${code}`}).`)
    gone.resolve()
  })

  return {
    pid: child.pid,
    ready: ready.promise,
    stop: async () => {
      ended = true
      const timer = setTimeout(killGroup, STOP_TIMEOUT_MS)
      if (child.connected) child.send('stop', () => undefined)
      await gone.promise
      clearTimeout(timer)
    },
  }
}
