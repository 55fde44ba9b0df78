import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('genai/run.ts', import.meta.url))

const WHOLE = [528, 10, ['stop'], false, []]
const STREAMED = [1636, 10, ['stop'], true, []]

it.each([
  ['node', [SCRIPT]],
  ['deno', ['run', '--allow-env', '--allow-read', '--allow-sys', '--allow-net', '--no-config', '--node-modules-dir=manual', SCRIPT]],
  ['bun', ['run', SCRIPT]],
])('%s sees what the answer of a model tells, however it is read', (runtime, args) => {
  const lines = execFileSync(runtime, args, { encoding: 'utf8' }).trim().split('\n')
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
    '/read/text': WHOLE,
    '/read/text?stream=1': [1636, 10, ['stop'], false, []],
    '/read/loop': WHOLE,
    '/read/loop?stream=1': STREAMED,
    '/read/reader': WHOLE,
    '/read/reader?stream=1': STREAMED,
    '/handed-on': STREAMED,
    '/sdk': [1, 10, ['stop'], true, []],
  })
}) // biome-ignore format: one line each
