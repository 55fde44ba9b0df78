import { join } from 'node:path'
import type { WorkerSettings } from './worker-protocol.ts'

/** Where the example runs besides workerd. */
export const PROCESS_RUNTIMES = ['deno', 'bun', 'node'] as const

export type ProcessRuntime = (typeof PROCESS_RUNTIMES)[number]

export type Command = [command: string, ...args: string[]]

const root = join(import.meta.dirname, '../..')
const DENO_OPTIONS = ['--no-lock', '--allow-net', '--allow-env', '--allow-read', '--allow-write']

/** The command that runs the example of a staged package, to be followed by arguments of its own. */
export function shopCommand(runtime: ProcessRuntime, folder: string): Command {
  const binary = join(root, 'node_modules/.bin', runtime)
  const entry = join(folder, `examples/shop/${runtime}.ts`)
  return runtime === 'deno' ? [binary, 'run', ...DENO_OPTIONS, entry] : [binary, entry]
}

/** Where the package is staged. */
export const stagedPackage = (stateDir: string): string => join(stateDir, 'package')

/** The environment variables of a shop that somebody watches. */
export const shopVariables = ({
  port,
  stateDir,
  vars,
}: Pick<WorkerSettings, 'port' | 'stateDir' | 'vars'>): Record<string, string> => ({
  PORT: String(port),
  SHOP_DATABASE: join(stateDir, 'shop.db'),
  // Nobody wants to wait for five seconds.
  OTEL_BSP_SCHEDULE_DELAY: '200',
  ...vars,
})
