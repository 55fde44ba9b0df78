/**
 * Makes a version ready: package.json, its lock, jsr.json, the version that telemetry carries, and the changelog's
 * heading. Commit and tag what it prints; the workflow publishes the tag.
 *
 *   node scripts/release.ts 0.2.0
 *   node scripts/release.ts --verify v0.2.0     exits 1 unless everything says that version
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultsOf, type ReleaseFiles, released } from './package/release.ts'

const root = join(import.meta.dirname, '..')

/** The file that tells it to receivers: found by what it declares, since sources move. */
const sourceOfVersion = (): string => {
  const { globSync } = process.getBuiltinModule('node:fs')
  const [file] = globSync('src/**/version.ts', { cwd: root })
  if (!file) throw new Error('Cannot release: a version.ts must declare VERSION')
  return file
}

const paths: Record<keyof ReleaseFiles, string> = {
  manifest: 'package.json',
  lock: 'package-lock.json',
  jsr: 'jsr.json',
  source: sourceOfVersion(),
  changelog: 'CHANGELOG.md',
}

const names = Object.keys(paths) as (keyof ReleaseFiles)[]
const files = Object.fromEntries(
  names.map((name) => [name, readFileSync(join(root, paths[name]), 'utf8')]),
) as unknown as ReleaseFiles

const [first = '', tag = ''] = process.argv.slice(2)
if (first === '--verify') {
  const faults = faultsOf(files, tag.replace(/^v/, ''))
  for (const fault of faults) {
    console.error(fault)
  }
  process.exitCode = faults.length ? 1 : 0
} else {
  const changed = released(files, first, new Date().toISOString().slice(0, 10))
  for (const name of names) {
    writeFileSync(join(root, paths[name]), changed[name])
  }
  console.log(`git commit --all --message "Release ${first}" && git tag v${first}`)
  console.log('git push --follow-tags')
}
