import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from './tools.ts'

export interface Tested {
  /** Files of tests, by their paths. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  /** What `promtool` said. */
  readonly output: string
}

/** Runs `promtool test rules` on some of the files, which are given by their paths. */
export const testRules = async (
  files: ReadonlyMap<string, string>,
  tests: readonly string[],
): Promise<Tested> => {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'))
  try {
    for (const [file, content] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), content)
    }
    const args = tests.map((file) => join(folder, file))
    const { stdout, output } = await run('promtool', ['test', 'rules', ...args])
    const passed = tests.filter((file) => stdout.includes(`${join(folder, file)}\n  SUCCESS`))
    return { passed, failed: tests.filter((file) => !passed.includes(file)), output }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
