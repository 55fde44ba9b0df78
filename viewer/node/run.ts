import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ViewerOptions } from '../options.ts'
import { type NodeSql, openNodeSql } from '../sql/node-sql.ts'
import { OtherStoreVersion } from '../sql/schema.ts'
import { createViewer, type Viewer } from '../viewer.ts'
import {
  type CommandLine,
  isLoopback,
  parseCommandLine,
  USAGE,
  UsageError,
} from './command-line.ts'
import { filesOf, findPage } from './page-files.ts'
import { runProfile } from './profile/command.ts'
import { PROFILE_USAGE } from './profile/command-line.ts'
import { type Server, serve } from './serve.ts'
import { stackReader } from './source-maps.ts'

const SWEEP_INTERVAL_MS = 60_000
const PARENT_CHECK_MS = 500
const STORE_FILE = 'telemetry.sqlite'

/** Runs the command. Exit codes: 0 ended by the user, or done, 1 cannot start, 2 a wrong command line. */
export async function run(args: string[]): Promise<void> {
  if (args[0] !== 'profile') return report(() => runViewer(args), USAGE)
  await report(() => runProfile(args.slice(1)), PROFILE_USAGE)
  // An inspector may never answer that a connection is to be closed, which would keep the process.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()))
}

async function report(command: () => Promise<void>, usage: string): Promise<void> {
  try {
    await command()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const isUsage = error instanceof UsageError
    process.stderr.write(`${message}\n${isUsage ? `\n${usage}\n` : ''}`)
    process.exitCode = isUsage ? 2 : 1
  }
}

async function runViewer(args: string[]): Promise<void> {
  const line = parseCommandLine(args, process.env)
  if (line.help) print(USAGE)
  else if (line.version) print(version())
  else await start(line)
}

async function start(line: CommandLine): Promise<void> {
  const sql = openStore(line.persist)
  const page = findPage(import.meta.dirname)
  const viewer = open(sql, line, {
    sql,
    maxBytes: line.maxBytes,
    maxAgeMs: line.maxAgeMs,
    hosts: line.hosts,
    ...(line.token !== undefined && { token: line.token }),
    ...(line.forward && { forward: line.forward }),
    ...(line.healthUrl && { healthUrl: line.healthUrl }),
    ...(line.sourceMaps && { readStack: stackReader(line.sourceMaps) }),
    ...(page && { assets: filesOf(page) }),
  })
  const server = await listen(viewer, line).catch((error: unknown) => {
    sql.close()
    throw error
  })
  const sweep = setInterval(() => viewer.sweep(), SWEEP_INTERVAL_MS)
  const end = async (): Promise<void> => {
    clearInterval(sweep)
    await server.close()
    sql.close()
    process.exit(0)
  }
  let isEnding = false
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // Whoever asks twice does not want to wait.
      if (isEnding) process.exit(1)
      isEnding = true
      void end()
    })
  }
  // npx passes a signal to its shell only, which dies without telling us.
  if (process.env.npm_lifecycle_event) endWithParent(() => process.kill(process.pid, 'SIGTERM'))
  print(greeting(server.url, line))
  if (line.open) openInBrowser(server.url)
}

/** Whoever has a store of another version is told what can be done, and loses nothing. */
function open(sql: NodeSql, { persist = '' }: CommandLine, options: ViewerOptions): Viewer {
  try {
    return createViewer(options)
  } catch (error) {
    sql.close()
    if (!(error instanceof OtherStoreVersion)) throw error
    throw new Error(
      `${error.message}. Nothing in ${join(resolve(persist), STORE_FILE)} was changed: give \`--persist\` another directory, or remove that file`,
    )
  }
}

function endWithParent(end: () => void): void {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) end()
  }, PARENT_CHECK_MS).unref()
}

function openStore(directory: string | undefined): NodeSql {
  if (directory === undefined) return openNodeSql()
  try {
    mkdirSync(directory, { recursive: true })
    return openNodeSql(join(resolve(directory), STORE_FILE))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `Cannot start: \`--persist\` must be a directory that can be written to, received "${directory}" (${reason})`,
    )
  }
}

async function listen(viewer: Viewer, { host, port }: CommandLine): Promise<Server> {
  try {
    return await serve(viewer.fetch, host, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Cannot start: port ${port} is taken. Choose another: npx hono-observability --port ${port + 1}`,
      )
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(
        `Cannot start: \`--host\` must be an address of this machine, received "${host}"`,
      )
    }
    throw error
  }
}

function greeting(url: string, { host, persist, token, forward }: CommandLine): string {
  const lines = [
    `Traces, metrics and logs: ${url}`,
    '',
    'Point any OTLP/HTTP sender at it:',
    `  OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    '',
    persist === undefined
      ? 'What it receives is forgotten at the end; --persist DIR keeps it.'
      : `Kept in ${resolve(persist)}.`,
  ]
  if (forward) lines.push(`Everything is sent on to ${new URL(forward.url).origin}.`)
  if (!isLoopback(host) && token === undefined) {
    lines.push('', `Warning: anyone who can reach ${host} can read all of it. Set --token.`)
  }
  lines.push('', 'Ctrl+C ends it.')
  return lines.join('\n')
}

function openInBrowser(url: string): void {
  const command =
    process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  const child = spawn(command, [url], { stdio: 'ignore', detached: true })
  // No browser, no harm: the address is printed.
  child.on('error', () => undefined)
  child.unref()
}

/** Of the package: `package.json` is two directories up, one more in `dist`. */
function version(): string {
  for (const up of ['../..', '../../..']) {
    try {
      const file = readFileSync(join(import.meta.dirname, up, 'package.json'), 'utf8')
      const found = JSON.parse(file) as { name?: string; version?: string }
      if (found.name === 'hono-observability') return String(found.version)
    } catch {
      // Not there: further up.
    }
  }
  return 'unknown'
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
