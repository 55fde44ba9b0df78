import { parseArgs } from 'node:util'
import { PROCESS_RUNTIMES, type ProcessRuntime } from './runtimes.ts'

/** Where the shop runs. */
export type ShopRuntime = 'workerd' | ProcessRuntime

export interface StartOptions {
  runtime: ShopRuntime
  /** Port of the shop. */
  port: number
  /** Port of the viewer: OTLP, and its page. */
  otlpPort: number
  /** Directory of the local D1, KV, R2, queues, Durable Objects and Workflows, or of the SQLite database. */
  stateDir: string
  /** End after the scripted traffic. */
  once: boolean
  /** Show what the shop and wrangler print. */
  verbose: boolean
  help: boolean
}

export const USAGE = `Runs the example shop on this machine, prints a trace of every request, and shows
all of its telemetry on a page.

Usage: npm start -- [options]

  --runtime NAME  workerd, deno, bun or node (default workerd)
  --port N        port of the shop (default 8787)
  --otlp-port N   port of the OTLP receiver and its page (default 4318)
  --state DIR     where local data is kept (default .wrangler/state)
  --once          send the scripted traffic, print its traces, and end
  --verbose       show what the shop prints
  --help          show this text`

function parsePort(option: string, text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Error(`Cannot start: \`${option}\` must be a port from 1 to 65535, received "${text}"`)
}

function parseRuntime(text: string): ShopRuntime {
  const runtime = (['workerd', ...PROCESS_RUNTIMES] as const).find((name) => name === text)
  if (runtime) return runtime
  throw new Error(
    `Cannot start: \`--runtime\` must be workerd, deno, bun or node, received "${text}"`,
  )
}

/**
 * Reads the command line.
 *
 * @throws Error with a message for the user.
 */
export function parseOptions(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    options: {
      runtime: { type: 'string', default: 'workerd' },
      port: { type: 'string', default: '8787' },
      'otlp-port': { type: 'string', default: '4318' },
      state: { type: 'string', default: '.wrangler/state' },
      once: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const runtime = parseRuntime(values.runtime)
  const port = parsePort('--port', values.port)
  const otlpPort = parsePort('--otlp-port', values['otlp-port'])
  if (port === otlpPort) {
    throw new Error(
      `Cannot start: \`--otlp-port\` must differ from \`--port\`, received ${port} twice`,
    )
  }
  const { state: stateDir, once, verbose, help } = values
  return { runtime, port, otlpPort, stateDir, once, verbose, help }
}
