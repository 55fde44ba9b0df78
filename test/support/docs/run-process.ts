import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** How a program ended. */
export interface Ended {
  /** Null when it was killed. */
  code: number | null
  stdout: string
  stderr: string
}

interface RunOptions {
  cwd: string
  /** Written to its standard input. */
  input?: string
  /** Then it is killed. Default: never. */
  timeoutMs?: number
}

/** Runs a program to its end. Rejects when it cannot be started. */
export async function runProcess(
  command: string,
  args: readonly string[],
  { cwd, input, timeoutMs }: RunOptions,
): Promise<Ended> {
  const child = spawn(command, args, { cwd, timeout: timeoutMs, killSignal: 'SIGKILL' })
  // A program that ends before it has read everything is not a fault of ours.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}
