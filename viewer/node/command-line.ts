import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DEFAULT_MAX_AGE_MS, DEFAULT_MAX_BYTES } from '../options.ts'

/** What the command line says. */
export interface CommandLine {
  port: number
  host: string
  /** Directory that keeps what was received; undefined forgets it at the end. */
  persist: string | undefined
  maxBytes: number
  maxAgeMs: number
  forward: { url: string; headers: Record<string, string> } | undefined
  healthUrl: string | undefined
  /** Directory of the app's source maps. */
  sourceMaps: string | undefined
  token: string | undefined
  hosts: string[]
  open: boolean
  help: boolean
  version: boolean
}

/** A wrong command line. */
export class UsageError extends Error {
  override name = 'UsageError'
}

export const USAGE = `A local backend for OpenTelemetry: receives OTLP/HTTP, shows traces, metrics and logs.

Usage: npx hono-observability [options]
       npx hono-observability profile [options]     profiles an app; \`profile --help\` says how

  --port N              port for OTLP, the page and its API (default 4318; 0 picks a free one)
  --host ADDRESS        address to listen on (default 127.0.0.1: this machine only)
  --persist DIR         keep what is received in DIR (default: forget it at the end)
  --max-mb N            keep so many megabytes, the oldest go first (default 512)
  --max-age TIME        keep it so long: 30m, 6h, 7d (default 24h)
  --forward URL         send everything on to another OTLP/HTTP endpoint
  --forward-header K=V  a header for it, as often as needed
  --health URL          a health route to show
  --source-maps DIR     show stacks in the sources, by the maps below DIR
  --token TOKEN         ask for this token (also VIEWER_TOKEN); do so when --host is not loopback
  --allow-host NAME     answer under this name as well, as often as needed
  --open                open the page in the browser
  --version             print the version
  --help                show this text`

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

/**
 * Reads the command line.
 *
 * @throws UsageError with a message for the user.
 */
export function parseCommandLine(args: string[], env: NodeJS.ProcessEnv): CommandLine {
  const values = readOptions(args)
  const forwardUrl = values.forward && urlOf('--forward', values.forward)
  const forwardHeaders = headersOf(values['forward-header'])
  return {
    port: portOf(values.port),
    host: values.host,
    persist: values.persist,
    maxBytes: values['max-mb'] ? megabytes(values['max-mb']) : DEFAULT_MAX_BYTES,
    maxAgeMs: values['max-age'] ? age(values['max-age']) : DEFAULT_MAX_AGE_MS,
    forward: forwardUrl ? { url: forwardUrl, headers: forwardHeaders } : undefined,
    healthUrl: values.health && urlOf('--health', values.health),
    sourceMaps: values['source-maps'] && directoryOf('--source-maps', values['source-maps']),
    token: values.token || env.VIEWER_TOKEN || undefined,
    hosts: values['allow-host'].map((name) => name.toLowerCase()),
    open: values.open,
    help: values.help,
    version: values.version,
  }
}

/** Whether others than this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '4318' },
        host: { type: 'string', default: '127.0.0.1' },
        persist: { type: 'string' },
        'max-mb': { type: 'string' },
        'max-age': { type: 'string' },
        forward: { type: 'string' },
        'forward-header': { type: 'string', multiple: true, default: [] },
        health: { type: 'string' },
        'source-maps': { type: 'string' },
        token: { type: 'string' },
        'allow-host': { type: 'string', multiple: true, default: [] },
        open: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const wrong = (option: string, rule: string, received: string): UsageError =>
  new UsageError(`Cannot start: \`${option}\` must be ${rule}, received "${received}"`)

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port
  throw wrong('--port', 'a port from 0 to 65535', text)
}

function megabytes(text: string): number {
  const number = Number(text)
  if (number >= 1 && number <= 1_000_000) return number * 1024 * 1024
  throw wrong('--max-mb', 'a number of megabytes from 1 to 1000000', text)
}

function age(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const ms = Number(amount) * (units[unit] ?? 0)
  if (ms > 0) return ms
  throw wrong('--max-age', 'a time such as 30m, 6h or 7d', text)
}

function directoryOf(option: string, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path
  throw wrong(option, 'a directory', path)
}

function urlOf(option: string, text: string): string {
  if (/^https?:/i.test(text) && URL.canParse(text)) return text
  throw wrong(option, 'an http or https URL', text)
}

function headersOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=')
      // The value may be a secret, so it is not repeated.
      if (at < 1) throw wrong('--forward-header', 'NAME=VALUE', text.slice(0, 20))
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    }),
  )
}
