/**
 * Runs the suite on the newest of everything that users bring themselves, so that a release that breaks us is seen here
 * first: Hono, the OpenTelemetry API and SDK, wrangler (with its workerd), Deno, Bun, Sentry and others. In a
 * temporary copy, which is left behind only when something failed.
 *
 *   node scripts/canary.ts                    the whole suite
 *   node scripts/canary.ts test/unit/http     these tests only
 *   node scripts/canary.ts --only hono,deno   these packages only, the rest as pinned
 *
 * Exits 1 when the suite fails, 2 when the newest versions do not install.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'

interface Manifest {
  devDependencies: Record<string, string>
}

interface Installed {
  name: string
  pinned: string
  newest: string
}

/** What users bring. Not otel-cf-workers, whose `latest` is older than the release candidate that is supported. */
const MOVING =
  /^(hono|wrangler|deno|bun|ai|drizzle-orm|kysely|@opentelemetry\/(api|api-logs|propagator-.+)|@cloudflare\/.+|@hono\/.+|@sentry\/.+|@langfuse\/.+|@kubiks\/.+|@ai-sdk\/.+|(sdk|otlp)-.+-3)$/

const root = join(import.meta.dirname, '..')

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

/** What follows `npm:` in an alias, without its version; the name itself otherwise. */
const packageOf = (name: string, range: string): string =>
  range.startsWith('npm:') ? range.slice(4).replace(/(.)@[^@]*$/, '$1') : name

const versionOf = (folder: string, name: string): string => {
  const file = join(folder, 'node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

const copyTo = (folder: string): void =>
  cpSync(root, folder, {
    recursive: true,
    filter: (source) =>
      !/^(node_modules|dist|\.git|\.wrangler|bench\/peers)(\/|$)/.test(relative(root, source)),
  })

const install = (folder: string, names: readonly string[]): boolean => {
  const { devDependencies } = readManifest(folder)
  const wanted = names.map((name) => {
    const range = devDependencies[name] ?? ''
    const real = packageOf(name, range)
    return `${name}@${real === name ? 'latest' : `npm:${real}@latest`}`
  })
  const args = ['install', '--save-dev', '--no-audit', '--no-fund', '--force', ...wanted]
  return spawnSync('npm', args, { cwd: folder, stdio: 'inherit' }).status === 0
}

const runTests = (folder: string, tests: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const [command, args] = tests.length
      ? ['vitest', ['run', ...tests]]
      : ['node', ['scripts/test.ts']]
    const child = spawn(command as string, args as string[], {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${folder}/node_modules/.bin:${process.env.PATH}` },
    })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })

const printTable = (rows: readonly Installed[], verdict: string): void => {
  const width = Math.max(7, ...rows.map(({ name }) => name.length)) + 2
  console.log(`\n${'package'.padEnd(width)}${'pinned'.padEnd(18)}newest`)
  for (const { name, pinned, newest } of rows) {
    console.log(`${name.padEnd(width)}${pinned.padEnd(18)}${newest === pinned ? '=' : newest}`)
  }
  console.log(`\n${verdict}`)
}

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' } },
  allowPositionals: true,
})
const only = values.only?.split(',')
const names = Object.keys(readManifest(root).devDependencies).filter((name) =>
  only ? only.includes(name) : MOVING.test(name),
)
const folder = mkdtempSync(join(tmpdir(), 'hono-observability-canary-'))
copyTo(folder)
if (install(folder, names)) {
  const rows = names.map((name) => ({
    name,
    pinned: versionOf(root, name),
    newest: versionOf(folder, name),
  }))
  const passed = await runTests(folder, positionals)
  printTable(rows, passed ? 'passed' : `FAILED, in ${folder}`)
  process.exitCode = passed ? 0 : 1
} else {
  console.log(`The newest versions do not install, in ${folder}`)
  process.exitCode = 2
}
if (!process.exitCode) {
  rmSync(folder, { recursive: true, force: true })
}
