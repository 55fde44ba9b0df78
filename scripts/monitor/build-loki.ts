import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { go as goIn } from './go.ts'
import { builtLoki, LOKI_VERSION } from './programs.ts'

const MODULE = 'github.com/grafana/loki/v3'

interface Place {
  Path: string
  Version?: string
}

/**
 * Builds Loki with the Go toolchain, if it is not in the cache. Loki is built with forks of some modules, which
 * `go install` refuses: so it is a dependency of a module of our own, with the same forks.
 */
export async function buildLoki(): Promise<void> {
  if (existsSync(builtLoki())) return
  const directory = join(dirname(builtLoki()), 'module')
  await mkdir(directory, { recursive: true })
  const go = (...args: string[]): string => goIn(directory, ...args)
  await writeFile(join(directory, 'go.mod'), 'module monitoring/loki\n')
  const { Dir } = JSON.parse(go('mod', 'download', '-json', `${MODULE}@v${LOKI_VERSION}`))
  const { Replace } = JSON.parse(go('mod', 'edit', '-json', join(Dir, 'go.mod')))
  const name = ({ Path, Version }: Place): string => (Version ? `${Path}@${Version}` : Path)
  for (const fork of (Replace ?? []) as { Old: Place; New: Place }[]) {
    // Those without a version are folders of Loki's own repository.
    if (fork.New.Version) go('mod', 'edit', `-replace=${name(fork.Old)}=${name(fork.New)}`)
  }
  go('get', '-tool', `${MODULE}/cmd/loki@v${LOKI_VERSION}`)
  go('build', '-o', builtLoki(), `${MODULE}/cmd/loki`)
}
