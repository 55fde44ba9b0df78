import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where each workerd runs that is started from now on, and where its lines go. */
export interface Pinned {
  core: number
  /** Removes what was made for it. */
  close(): void
}

/**
 * Keeps every workerd that Miniflare starts on the last core, so that none moves between caches, and gives it a file
 * to write to: with a pipe, most of what a line costs is that its reader is woken. Miniflare has no option for either,
 * but starts what `MINIFLARE_WORKERD_PATH` names.
 */
export const pinWorkerd = (): Pinned => {
  if (spawnSync('taskset', ['--version']).status !== 0) {
    throw new Error('Cannot measure: taskset (of util-linux) must be installed')
  }
  // Of all that there are: those that this process may use are fewer, when it is kept out of the way.
  const core = cpus().length - 1
  const scratch = mkdtempSync(join(tmpdir(), 'bench-inner-'))
  const command = join(scratch, 'workerd')
  const { default: workerd } = ['wrangler', 'miniflare'].reduce(
    (require, name) => createRequire(require.resolve(name)),
    createRequire(import.meta.url),
  )('workerd') as { default: string }
  writeFileSync(
    command,
    `#!/bin/sh\nexec taskset --cpu-list ${core} '${workerd}' "$@" >"${scratch}/$$.log"\n`,
    { mode: 0o755 },
  )
  process.env.MINIFLARE_WORKERD_PATH = command
  return { core, close: () => rmSync(scratch, { recursive: true, force: true }) }
}
