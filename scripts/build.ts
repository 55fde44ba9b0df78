/**
 * Compiles `src` and `viewer` to `dist`, or the directory given: one file for each module, so that
 * bundlers take only what is used. The viewer's page is built into its `viewer/page` by a build of its own.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { stripComments } from './package/strip-comments.ts'

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
  const wrangler = readFileSync('viewer/wrangler.toml', 'utf8')
  writeFileSync(
    join(viewer, 'wrangler.toml'),
    wrangler.replace('"worker.ts"', '"worker.js"').replace('"../dist/viewer/page"', '"page"'),
  )
  chmodSync(join(viewer, 'main.js'), 0o755)
}
process.exitCode = isBuilt ? 0 : 1
