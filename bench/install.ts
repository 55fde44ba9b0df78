/**
 * Installs what the benchmarks compare with: libraries here, and each peer in a folder of its own, because they want
 * different versions of the same packages. Nothing of theirs reaches the package.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'

const peers = new URL('peers/', import.meta.url)
const folders = [
  new URL('.', import.meta.url),
  ...readdirSync(peers).map((name) => new URL(`${name}/`, peers)),
]
for (const folder of folders) {
  const { status } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    { cwd: folder, stdio: 'inherit' },
  )
  if (status !== 0) process.exit(status ?? 1)
}
