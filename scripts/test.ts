/**
 * Everything that must pass, in one command: format and lint, types, tests, and the example's deploy build.
 * Ends with the line `N passed, M failed`; exits 1 when anything failed.
 *
 *   npm test               all that takes seconds
 *   npm test -- --all      what takes minutes as well: test/long
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numFailedTestSuites: number
  numPendingTests: number
  success: boolean
}

/** Minutes of faults, soaks and real servers as well: what CI runs. */
const isAll = process.argv.includes('--all')

const scratch = mkdtempSync(join(tmpdir(), 'hono-observability-test-'))
const reportFile = join(scratch, 'vitest.json')
let passed = 0
let failed = 0

const run = (command: string, args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit' })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })

const step = async (title: string, command: string, ...args: string[]): Promise<void> => {
  console.log(`\n── ${title}`)
  const started = performance.now()
  const ok = await run(command, args)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${ok ? 'ok' : 'FAILED'} ${title} (${seconds} s)`)
  if (ok) {
    passed++
  } else {
    failed++
  }
}

const readReport = (): VitestReport | undefined => {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}

await step('format and lint', 'biome', 'ci', '.')
await step('types: package, tests, scripts', 'tsc', '-p', '.')
await step('types: tests in workerd', 'tsc', '-p', 'test/workerd')
await step('types: example', 'tsc', '-p', 'examples/shop')
await step('types: viewer page', 'tsc', '-p', 'viewer/page')
await step('types: platform metrics', 'tsc', '-p', 'monitoring/platform')
await step('build', 'node', 'scripts/build.ts')
await step('figures in the docs', 'node', 'bench/publish.ts', '--check')
await step('bundle sizes', 'node', 'scripts/size.ts')
await step('package: npm and JSR', 'node', 'scripts/check-package.ts')
await step(
  'example: wrangler deploy --dry-run',
  'wrangler',
  'deploy',
  '--dry-run',
  '--outdir',
  scratch,
)

if (isAll) {
  await step('site: install', 'npm', 'ci', '--prefix', 'site', '--no-audit', '--no-fund')
  await step('site: build', 'npm', '--prefix', 'site', 'run', 'build')
  // What the build generates is part of them.
  await step('site: types', 'tsc', '-p', 'site')
  await step('site: links, pictures, search', 'npm', '--prefix', 'site', 'run', 'check')
  await step(
    'site: wrangler deploy --dry-run',
    ...(['wrangler', 'deploy', '--dry-run', '--config', 'site/wrangler.jsonc'] as const),
  )
  await step('starters: made from scratch and traced', 'node', 'scripts/starters/main.ts')
}

console.log('\n── tests')
const started = performance.now()
const vitestPassed = await run('vitest', [
  'run',
  ...(isAll ? [] : ['--project=!long']),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
])
console.log(`tests took ${((performance.now() - started) / 1000).toFixed(1)} s`)
const report = readReport()
passed += report?.numPassedTests ?? 0
failed += report?.numFailedTests ?? 0
if (!vitestPassed && !report?.numFailedTests) {
  // A suite that does not load, or an error outside any test.
  failed++
}
rmSync(scratch, { recursive: true, force: true })

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
