import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The folder `monitoring`, with a slash at its end. */
export const MONITORING: string = new URL('../../../monitoring/', import.meta.url).pathname

/**
 * Says whether programs are installed. Without them what needs them is left out, and says so; in CI that is
 * a failure.
 */
export const areInstalled = (programs: readonly string[], purpose: string): boolean => {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).status !== 0)
  if (missing.length === 0) {
    return true
  }
  const reason =
    `Not tested: ${purpose}. Not installed: ${missing.join(', ')} ` +
    '(apt-get install --no-install-recommends prometheus prometheus-alertmanager).'
  if (process.env.CI) {
    throw new Error(reason)
  }
  console.warn(reason)
  return false
}

/** Runs a program to its end. */
export const run = (
  program: string,
  args: readonly string[],
): Promise<{ status: number | null; stdout: string; output: string }> =>
  new Promise((resolve, reject) => {
    let stdout = ''
    let output = ''
    const child = spawn(program, args)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
      output += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, output }))
  })

/** What `promtool` says against expressions, as rules of a file; empty if it takes them all. */
export const promqlErrors = async (queries: readonly string[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'promql-'))
  try {
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }))
    const file = join(folder, 'queries.yml')
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }))
    const { status, output } = await run('promtool', ['check', 'rules', file])
    return status === 0 ? '' : output
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The contents of Markdown's code fences in a language, with or without a word behind it. */
export const fences = (markdown: string, language: string): string[] =>
  [
    ...markdown.matchAll(
      new RegExp(`^\`\`\`${language}(?: no-data)?\\n([\\s\\S]*?)\\n\`\`\`$`, 'gm'),
    ),
  ].map(([, code = '']) => code)
