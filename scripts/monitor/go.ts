import { spawnSync } from 'node:child_process'

/**
 * Runs the Go toolchain in a directory, for programs that need no C libraries.
 *
 * @returns What it printed.
 * @throws Error if there is none, or it fails; what it says is on the console then.
 */
export function go(directory: string, ...args: readonly string[]): string {
  const { status, stdout, error } = spawnSync('go', args, {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
    env: { ...process.env, CGO_ENABLED: '0' },
  })
  if (error) throw new Error(`Cannot build: ${error.message}`)
  if (status !== 0) throw new Error(`Cannot build: \`go ${args[0]}\` ended with ${status}`)
  return stdout
}
