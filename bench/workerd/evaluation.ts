/**
 * How long the modules of a Worker take to load and to run, on Node: workerd shows no clock while it does that.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const script = fileURLToPath(new URL('evaluate.ts', import.meta.url))

/** Milliseconds for the bundle in this file, in a process of its own. */
export const evaluationMs = async (file: string): Promise<number> => {
  const { stdout } = await run(process.execPath, [script, file])
  const ms = Number(stdout.trim().split('\n').at(-1))
  if (!Number.isFinite(ms)) throw new Error(`Cannot measure: ${file} printed ${stdout}`)
  return ms
}
