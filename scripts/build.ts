/**
 * Compiles `src` and `viewer` to `dist`: one file for each module, so that bundlers take only what
 * is used. The viewer's page is built into `dist/viewer/page` by a build of its own.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const compile = (project: string): boolean =>
  spawnSync('tsc', ['-p', project], { stdio: 'inherit' }).status === 0

rmSync('dist', { recursive: true, force: true })
const isBuilt = compile('tsconfig.build.json') && compile('viewer/tsconfig.build.json')
if (isBuilt) {
  // Static files of a deployed viewer come from there, so there has to be a directory.
  mkdirSync('dist/viewer/page', { recursive: true })
  const wrangler = readFileSync('viewer/wrangler.toml', 'utf8')
  writeFileSync(
    'dist/viewer/wrangler.toml',
    wrangler.replace('"worker.ts"', '"worker.js"').replace('"../dist/viewer/page"', '"page"'),
  )
  chmodSync('dist/viewer/main.js', 0o755)
}
process.exitCode = isBuilt ? 0 : 1
