/**
 * The process that runs the shop on Deno, Bun or Node: the package is built first, and the example
 * put beside it. It ends when it is told to, or when the process that started it is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { type ProcessRuntime, shopCommand, shopVariables, stagedPackage } from './runtimes.ts'
import { stageShop } from './stage-shop.ts'
import type { WorkerMessage, WorkerSettings } from './worker-protocol.ts'

const READY = 'The shop is at'

let shop: ChildProcess | undefined
let ending = false

function tell(message: WorkerMessage): void {
  process.send?.(message)
}

function fail(error: unknown): void {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}

function end(): void {
  if (ending) return
  ending = true
  if (shop?.exitCode === null) shop.kill('SIGTERM')
  else process.exit(0)
}

function run(settings: WorkerSettings): void {
  const { runtime, stateDir } = settings
  const folder = stagedPackage(stateDir)
  stageShop(folder)
  tell({ type: 'stored' })
  const [command, ...args] = shopCommand(runtime as ProcessRuntime, folder)
  shop = spawn(command, args, {
    env: { ...process.env, ...shopVariables(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let ready = false
  shop.stdout?.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text)
    if (ready || !text.includes(READY)) return
    ready = true
    tell({ type: 'ready' })
  })
  // Once it runs, its log lines are not errors of ours: they are for those who ask for them.
  shop.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const stream = ready ? process.stdout : process.stderr
    stream.write(text)
  })
  shop.once('error', fail)
  shop.once('exit', (code) => process.exit(ending ? 0 : (code ?? 1)))
}

process.on('message', end)
process.on('disconnect', end)

try {
  run(JSON.parse(process.argv[2] ?? '{}') as WorkerSettings)
} catch (error) {
  fail(error)
}
