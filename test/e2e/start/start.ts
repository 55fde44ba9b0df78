import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** The last that `npm start` says of what it has started. */
export const READY = 'Ctrl-C ends it.'

export interface Start {
  child: ChildProcess
  pid: number
  /** What it has written to standard output so far. */
  output: () => string
  errors: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  exit: Promise<number | NodeJS.Signals | null>
}

/** Runs a command in the project and keeps what it writes. */
export function run(command: string, args: readonly string[]): Start {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, COLUMNS: '120' },
  })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  return { child, pid: child.pid ?? 0, output: () => output, errors: () => errors, exit }
}

/** Runs what `npm start` runs. */
export function start(...args: string[]): Start {
  return run(process.execPath, [join(root, 'scripts/start/main.ts'), ...args])
}

/** Finds as many free ports as asked for. */
export async function freePorts(count: number): Promise<string[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<string>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            resolve(String(typeof address === 'object' ? address?.port : ''))
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}
