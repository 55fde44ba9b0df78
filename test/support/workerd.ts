import { AsyncLocalStorage } from 'node:async_hooks'
import { type ChildProcess, spawn } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { setImmediate } from 'node:timers/promises'
import type { Miniflare, MiniflareOptions } from 'miniflare'
import { requireFromWrangler } from './wrangler.ts'

/** A started workerd and the Miniflare that configured it. */
export interface Workerd {
  miniflare: Miniflare
  /** The process; undefined once it has ended. */
  pid(): number | undefined
  /** Ends workerd at once (SIGKILL), as the platform ends an isolate, once its output is read. */
  stop(): Promise<void>
}

interface Started {
  process?: ChildProcess
}

const DRAIN_LIMIT_MS = 1000

const starting = new AsyncLocalStorage<Started | undefined>()
let isListening = false

/** Starts workerd. Rejects with its error output when it refuses the configuration. */
export async function startWorkerd(options: MiniflareOptions): Promise<Workerd> {
  listenForProcesses()
  const { Miniflare } = requireFromWrangler('miniflare')
  const started: Started = {}
  const miniflare = starting.run(started, () => new Miniflare(options))
  try {
    await miniflare.ready
  } catch (error) {
    await miniflare.dispose()
    throw error
  }
  return {
    miniflare,
    pid: () => (hasEnded(started.process) ? undefined : started.process?.pid),
    async stop() {
      await drain(started.process)
      await miniflare.dispose()
    },
  }
}

// What a Worker wrote before its response may still be in the pipe, and is lost with it. Between two
// immediates the event loop reads what there is. The limit is for a Worker that never stops writing.
async function drain(process: ChildProcess | undefined): Promise<void> {
  const deadline = performance.now() + DRAIN_LIMIT_MS
  let hasRead = true
  const onData = (): void => {
    hasRead = true
  }
  const outputs = [process?.stdout, process?.stderr]
  for (const output of outputs) output?.on('data', onData)
  while (hasRead && performance.now() < deadline) {
    hasRead = false
    await setImmediate()
    await setImmediate()
  }
  for (const output of outputs) output?.off('data', onData)
}

function hasEnded(process: ChildProcess | undefined): boolean {
  return process === undefined || process.exitCode !== null || process.signalCode !== null
}

/**
 * Miniflare does not tell which process it started. Node does, on a channel, synchronously, so the
 * asynchronous context says which start it belongs to, also with several at once.
 */
function listenForProcesses(): void {
  if (isListening) return
  isListening = true
  subscribe('child_process', (message) => {
    const started = starting.getStore()
    if (!started) return
    const { process } = message as { process: ChildProcess }
    started.process = process
    process.once('spawn', () => starting.run(undefined, killWithParent, process))
  })
}

/**
 * Miniflare ends workerd when this process exits or is interrupted, but not when it is killed. So
 * that nothing is left even then, a shell waits for the end of its input, which this process holds.
 */
function killWithParent(child: ChildProcess): void {
  if (process.platform === 'win32') return
  const guard = spawn('sh', ['-c', `read -r _; kill -9 ${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  child.once('exit', () => guard.kill('SIGKILL'))
}
