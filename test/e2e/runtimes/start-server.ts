import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const defaultEntry = fileURLToPath(new URL('server.ts', import.meta.url))

const COMMANDS = {
  node: [],
  bun: ['run'],
  deno: ['run', '--no-lock', '--node-modules-dir=manual', '--allow-net', '--allow-env'],
}

export type ServerRuntime = keyof typeof COMMANDS

/** The app in a process of its own. */
export interface RunningServer {
  /** Without a trailing slash. */
  readonly url: string
  /** What it wrote on stdout so far. */
  stdout(): string
  stderr(): string
  /** Resolves when stdout contains this. */
  says(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Exit code and signal. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>
}

/** Starts `server.ts`, or another module that says its port, on a runtime, with these environment variables. */
export async function startServer(
  runtime: ServerRuntime,
  env: Record<string, string>,
  entry = defaultEntry,
): Promise<RunningServer> {
  const child: ChildProcess = spawn(runtime, [...COMMANDS[runtime], entry], {
    cwd: root,
    env: { PATH: `${root}node_modules/.bin:${process.env.PATH}`, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as RunningServer['ended']
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const says = async (text: string): Promise<void> => {
    for (let i = 0; i < 1000 && !stdout.includes(text); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      if (child.exitCode !== null) {
        break
      }
    }
    if (!stdout.includes(text)) {
      throw new Error(`Cannot hear "${text}" from ${runtime}, it said: ${stdout}${stderr}`)
    }
  }
  await says('port ')
  return {
    url: `http://127.0.0.1:${/port (\d+)/.exec(stdout)?.[1]}`,
    stdout: () => stdout,
    stderr: () => stderr,
    says,
    kill: (signal) => child.kill(signal),
    ended,
  }
}
