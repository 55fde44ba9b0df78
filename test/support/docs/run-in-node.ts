import { root } from './project.ts'
import { runProcess } from './run-process.ts'
import type { Snippet } from './snippets.ts'

const PRELOAD = new URL('./node-preload.ts', import.meta.url).href

/**
 * Runs a snippet as a program of its own. Resolves with what is wrong: an error it throws, an
 * assertion that fails, a promise that stays pending, or that it does not end; else with `''`.
 */
export async function runInNode(
  { file, code: input }: Snippet,
  timeoutMs = 10_000,
): Promise<string> {
  const args = ['--no-warnings', '--input-type=module-typescript', '--import', PRELOAD, '-']
  const options = { cwd: root, input, timeoutMs }
  const { code, stderr } = await runProcess(process.execPath, args, options)
  if (code === 0) {
    return ''
  }
  const reason = code === null ? `did not end within ${timeoutMs} ms` : `exited with ${code}`
  return `${reason}\n${stderr.replaceAll('[eval]', file)}`
}
