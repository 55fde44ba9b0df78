import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { go } from './go.ts'
import { builtJaeger } from './programs.ts'

/** Jaeger 2 has the version numbers of 1 among Go's modules, up to this one: it is 2.13.0. */
const MODULE = 'github.com/jaegertracing/jaeger@v1.76.0'

/**
 * Builds Jaeger with the Go toolchain, if it is not in the cache: in the module's own folder, so that its go.sum
 * says what belongs to it. Without its page, which is not in the module.
 */
export async function buildJaeger(): Promise<void> {
  if (existsSync(builtJaeger())) return
  const directory = dirname(builtJaeger())
  await mkdir(directory, { recursive: true })
  const { Dir } = JSON.parse(go(directory, 'mod', 'download', '-json', MODULE))
  go(Dir, 'build', '-trimpath', '-ldflags=-s -w', '-o', builtJaeger(), './cmd/jaeger')
}
