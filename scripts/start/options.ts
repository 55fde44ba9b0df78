import { parseArgs } from 'node:util'

export interface StartOptions {
  /** Port of the Worker. */
  port: number
  /** Port of the OTLP receiver. */
  otlpPort: number
  /** Directory of the local D1 and KV. */
  stateDir: string
  /** End after the scripted traffic. */
  once: boolean
  /** Show what the Worker and wrangler print. */
  verbose: boolean
  help: boolean
}

export const USAGE = `Runs the example shop on this machine and prints a trace of every request.

Usage: npm start -- [options]

  --port N        port of the Worker (default 8787)
  --otlp-port N   port of the OTLP receiver (default 4318)
  --state DIR     where local D1 and KV are kept (default .wrangler/state)
  --once          send the scripted traffic, print its traces, and end
  --verbose       show what the Worker prints
  --help          show this text`

function parsePort(option: string, text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65535) return port
  throw new Error(`Cannot start: \`${option}\` must be a port from 1 to 65535, received "${text}"`)
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
      port: { type: 'string', default: '8787' },
      'otlp-port': { type: 'string', default: '4318' },
      state: { type: 'string', default: '.wrangler/state' },
      once: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const port = parsePort('--port', values.port)
  const otlpPort = parsePort('--otlp-port', values['otlp-port'])
  if (port === otlpPort) {
    throw new Error(
      `Cannot start: \`--otlp-port\` must differ from \`--port\`, received ${port} twice`,
    )
  }
  const { state: stateDir, once, verbose, help } = values
  return { port, otlpPort, stateDir, once, verbose, help }
}
