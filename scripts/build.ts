/**
 * Compiles `src` and `viewer` to `dist`, or the directory given: one file for each module, so that
 * bundlers take only what is used. The viewer's page is built into its `viewer/page` by a build of its own.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pruneDeclarations } from './package/prune-declarations.ts'
import { stripComments } from './package/strip-comments.ts'

interface Manifest {
  exports: Record<string, { types?: string }>
}

const directory = resolve(process.argv[2] ?? 'dist')
const viewer = join(directory, 'viewer')

const run = (command: string, ...args: string[]): boolean =>
  // npm's commands are scripts on Windows, which only a shell starts.
  spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0

const compile = (project: string, outDir: string): boolean =>
  run('tsc', '-p', project, '--outDir', outDir)
const buildPage = (): boolean =>
  run(process.execPath, 'scripts/build-viewer-page.ts', join(viewer, 'page'))

rmSync(directory, { recursive: true, force: true })
const isBuilt =
  compile('tsconfig.build.json', directory) &&
  compile('viewer/tsconfig.build.json', viewer) &&
  buildPage()
if (isBuilt) {
  await stripComments(directory)
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  const types = Object.values(exports).flatMap((entry) => entry.types ?? [])
  pruneDeclarations(
    directory,
    types.map((path) => join(directory, relative('dist', path))),
  )
  const wrangler = readFileSync('viewer/wrangler.toml', 'utf8')
  writeFileSync(
    join(viewer, 'wrangler.toml'),
    wrangler.replace('"worker.ts"', '"worker.js"').replace('"../dist/viewer/page"', '"page"'),
  )
  chmodSync(join(viewer, 'main.js'), 0o755)
}
process.exitCode = isBuilt ? 0 : 1
