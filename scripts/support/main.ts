/**
 * Writes what is supported into docs/support.md, from what ran: the tests over HTTP on each runtime, and the projects
 * made from scratch.
 *
 *   node scripts/support/main.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StarterResult } from '../starters/starter.ts'
import { type Report, replaceSection, runtimeTable, starterTable } from './matrix.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/support.md')
const scratch = mkdtempSync(join(tmpdir(), 'hono-observability-support-'))

const run = (command: string, ...args: string[]): void => {
  // As CI does, where a shared machine may stand still for a second.
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, CI: 'true' } })
}

const read = <T>(name: string): T => JSON.parse(readFileSync(join(scratch, name), 'utf8')) as T

/** Of what `user` asks for: wrangler and the tests in workerd have one each. */
const versionOf = (name: string, user = 'package.json'): string => {
  const file = createRequire(join(root, user)).resolve(`${name}/package.json`)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

try {
  run(
    'vitest',
    ...['run', '--project', 'e2e', 'test/e2e/runtimes', 'test/e2e/health-runtimes'],
    ...['--reporter=json', `--outputFile.json=${join(scratch, 'tests.json')}`],
  )
  run('node', 'scripts/starters/main.ts', '--report', join(scratch, 'starters.json'))
  const versions = {
    workerd: versionOf('workerd', 'node_modules/wrangler/package.json'),
    deno: versionOf('deno'),
    bun: versionOf('bun'),
    node: process.version.slice(1),
  }
  const before = readFileSync(page, 'utf8')
  const withRuntimes = replaceSection(
    before,
    'runtimes',
    runtimeTable(read<Report>('tests.json'), versions),
  )
  writeFileSync(
    page,
    replaceSection(withRuntimes, 'starters', starterTable(read<StarterResult[]>('starters.json'))),
  )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
