import { spawn } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** A server that runs for a test, with data of its own. */
export interface Running {
  readonly port: number
  stop(): Promise<void>
}

/** The whole path of a program; Debian keeps some in folders of their own. */
export const findProgram = (name: string, ...patterns: string[]): string | undefined =>
  [
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)),
    join('/usr/sbin', name),
    ...patterns.flatMap((pattern) => globSync(join(pattern, name))),
  ].find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** Which of these programs are there; a reason is printed where one is not, and in CI their tests run and fail. */
export const hasPrograms = (what: string, ...programs: (string | undefined)[]): boolean => {
  if (!programs.includes(undefined)) {
    return true
  }
  console.warn(`No tests of ${what}: it is not installed.`)
  return !!process.env.CI
}

/** Servers refuse to run as root: their package has made somebody for them. */
const idsOf = (user: string): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) {
    return undefined
  }
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === user) ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const run = (
  program: string,
  args: string[],
  ids: { uid: number; gid: number } | undefined,
  cwd: string,
) => {
  const child = spawn(program, args, {
    ...ids,
    cwd,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1))
    child.once('error', () => resolve(1))
  })
  return { child, ended, said: () => said }
}

interface Program {
  /** Who is to run it, where root may not. */
  user: string
  /** Makes the data, before. */
  prepare?: (folder: string) => [program: string, args: string[]]
  serve: (folder: string, port: number) => [program: string, args: string[]]
}

/** Starts a server on a free port of this machine alone, with an empty folder for its data. */
export const startProgram = async ({ user, prepare, serve }: Program): Promise<Running> => {
  const folder = mkdtempSync(join(tmpdir(), `${user}-`))
  const ids = idsOf(user)
  if (ids) {
    chownSync(folder, ids.uid, ids.gid)
  }
  if (prepare) {
    const preparing = run(...prepare(folder), ids, folder)
    if ((await preparing.ended) !== 0) {
      throw new Error(`Cannot prepare ${user}: ${preparing.said()}`)
    }
  }
  const port = await freePort()
  const { child, ended, said } = run(...serve(folder, port), ids, folder)
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (!/ready (?:to accept|for) connections/i.test(said())) {
    if (isOver) {
      throw new Error(`Cannot start ${user}: ${said()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
