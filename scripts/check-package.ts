/**
 * What npm and JSR would publish: entries that resolve and types that are right (publint, Are The Types Wrong), nothing
 * but what belongs there, and JSR's own dry run, slow types included. Exits 1 when anything is wrong.
 *
 *   node scripts/check-package.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { relativeLinks } from './package/absolute-links.ts'
import { fallbacksOf } from './package/fallbacks.ts'
import { manifest, packPackage, stagePackage } from './package/stage.ts'

/**
 * JSR has no types for `cloudflare:workers`, whose class the aggregator extends: Workers take it from npm. So they do
 * the viewer, whose page has to be built.
 */
const NOT_ON_JSR = ['./aggregator', './viewer']

/** Bytes of the archive that would be a mistake. 220,000 of them are the viewer's. */
const MAX_ARCHIVE_BYTES = 620_000

interface JsrManifest {
  version: string
  exports: Record<string, string>
}

const scratch = mkdtempSync(join(tmpdir(), 'hono-observability-package-'))
const folder = join(scratch, 'package')

const report = (title: string, faults: readonly string[]): void => {
  console.log(`${faults.length ? 'FAILED' : 'ok'} ${title}`)
  for (const fault of faults) {
    console.log(`  ${fault}`)
  }
  if (faults.length) {
    process.exitCode = 1
  }
}

/** The tool's own words, when it is not content. */
const run = (title: string, command: string, args: readonly string[]): void => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  const words = `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`.trimEnd().split('\n')
  report(title, status === 0 ? [] : [...words, `exit code ${status}`])
}

const pack = (): string | undefined => {
  try {
    stagePackage(folder)
    return packPackage(folder)
  } catch (error) {
    report('build and pack', [String(error)])
    return undefined
  }
}

const checkArchive = (archive: string): void => {
  const files = spawnSync('tar', ['-tzf', archive], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(Boolean)
    .map((file) => file.replace('package/', ''))
  const isExpected =
    /^(dist\/.+\.(js|d\.ts)|dist\/viewer\/(wrangler\.toml|page\/.+\.(html|css|svg|md))|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/
  const { length } = readFileSync(archive)
  report(`archive: ${files.length} files, ${length} bytes`, [
    ...files.filter((file) => !isExpected.test(file)).map((file) => `${file} does not belong`),
    ...(length > MAX_ARCHIVE_BYTES ? [`larger than ${MAX_ARCHIVE_BYTES} bytes`] : []),
  ])
}

/** For TypeScript's older ways to look for modules, and older bundlers. */
const compareFallbacks = (): void => {
  const { exports, main, types, typesVersions } = manifest()
  report('main, types and typesVersions: what exports says', [
    ...(isDeepStrictEqual({ main, types, typesVersions }, fallbacksOf(exports))
      ? []
      : ['they say something else: run node scripts/package/fallbacks.ts']),
  ])
}

const checkReadme = (): void =>
  report(
    'README of the archive: links that lead somewhere from everywhere',
    relativeLinks(readFileSync(join(folder, 'README.md'), 'utf8')).map(
      (target) => `${target} is relative`,
    ),
  )

const compareWithJsr = (): void => {
  const { exports, version } = manifest()
  const jsr = JSON.parse(readFileSync('jsr.json', 'utf8')) as JsrManifest
  const expected: Record<string, string> = {}
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'object' && !NOT_ON_JSR.includes(entry)) {
      expected[entry] = String(target.default).replace('./dist/', './src/').replace(/js$/, 'ts')
    }
  }
  const entries = new Set([...Object.keys(expected), ...Object.keys(jsr.exports)])
  report('jsr.json: the version and entries of package.json', [
    ...(jsr.version === version ? [] : [`version must be ${version}, is ${jsr.version}`]),
    ...[...entries]
      .filter((entry) => expected[entry] !== jsr.exports[entry])
      .map((entry) => `${entry} must be ${expected[entry]}, is ${jsr.exports[entry]}`),
  ])
}

try {
  const archive = pack()
  if (archive) {
    checkArchive(archive)
    checkReadme()
    run('publint', 'publint', ['run', archive, '--strict'])
    run('attw', 'attw', [archive, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'])
  }
  compareFallbacks()
  compareWithJsr()
  run('deno publish --dry-run', 'deno', ['publish', '--dry-run', '--allow-dirty'])
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
