import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startWorker } from '../../../support/worker.ts'
import { VARIANTS, type Variant } from '../app/variants.ts'
import type { Runtime } from '../routes/group.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const entry = fileURLToPath(new URL('../app/process.ts', import.meta.url))

const COMMANDS = {
  node: [entry],
  bun: ['run', entry],
  deno: ['run', '--no-lock', '--node-modules-dir=manual', '-A', entry],
}

/** The app, in one variant, in a process of its own. */
export interface Server {
  readonly port: number
  /** What it said about itself so far. */
  said(): string
  stop(): Promise<void>
}

const onWorkerd = async (vars: Record<string, string>): Promise<Server> => {
  const at = (file: string): URL => new URL(`../app/${file}.ts`, import.meta.url)
  const worker = await startWorker({
    entry: at('worker'),
    vars,
    bindings: {
      BUCKET: { type: 'r2', name: 'bucket' },
      CACHE: { type: 'kv', id: 'cache' },
      SERVICE: { type: 'worker', worker: 'other' },
      ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' },
    } as never,
    settings: { exports: { Room: { type: 'durable-object', storage: 'sqlite' } } },
    others: [{ entry: at('other'), name: 'other' }],
  })
  return {
    port: Number(new URL(worker.url).port),
    said: () => worker.logs(),
    stop: () => worker.stop(),
  }
}

const onProcess = async (
  runtime: keyof typeof COMMANDS,
  vars: Record<string, string>,
): Promise<Server> => {
  const child: ChildProcess = spawn(`${root}node_modules/.bin/${runtime}`, COMMANDS[runtime], {
    cwd: root,
    env: { PATH: `${root}node_modules/.bin:${process.env.PATH}`, HOME: process.env.HOME, ...vars },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let said = ''
  const port = new Promise<number>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      said += chunk
      const match = /port (\d+)\n/.exec(said)
      if (match) {
        resolve(Number(match[1]))
      }
    }
    child.stdout?.on('data', onData)
    child.stderr?.on('data', onData)
    child.once('close', () => reject(new Error(`Cannot start ${runtime}, it said: ${said}`)))
  })
  return {
    port: await port,
    said: () => said,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Starts every variant, the bare app included. */
export const startServers = async (
  runtime: Runtime,
  upstream: string,
): Promise<Record<Variant, Server>> => {
  const started = await Promise.all(
    VARIANTS.map(async (variant) => {
      const vars = { VARIANT: variant, UPSTREAM: upstream, OTEL_EXPORTER_OTLP_ENDPOINT: upstream }
      const server = runtime === 'workerd' ? await onWorkerd(vars) : await onProcess(runtime, vars)
      return [variant, server] as const
    }),
  )
  return Object.fromEntries(started) as Record<Variant, Server>
}
