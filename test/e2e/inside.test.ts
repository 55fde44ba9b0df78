import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { SEEN } from '../support/inside.ts'

const SCRIPT = fileURLToPath(new URL('inside/run.ts', import.meta.url))

it.each([
  ['node', [SCRIPT]],
  ['deno', ['run', '--allow-env', '--allow-read', '--allow-sys', '--no-config', '--node-modules-dir=manual', SCRIPT]],
  ['bun', ['run', SCRIPT]],
])('%s shows what is inside of a request that a client of hc makes', (runtime, args) => {
  const lines = execFileSync(runtime, args, { encoding: 'utf8' }).trim().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ ...SEEN, cf: 0 })
}) // biome-ignore format: one line each
