import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const WHOLE = [528, 10, ['stop'], false, []]
const STREAMED = [1636, 10, ['stop'], true, []]

const DENO = [
  'run',
  '--allow-env',
  '--allow-read',
  '--allow-sys',
  '--allow-net',
  '--no-config',
  '--node-modules-dir=manual',
]

const RUNTIMES = [
  ['node', []],
  ['deno', DENO],
  ['bun', ['run']],
] as const // biome-ignore format: one line each

const run = (runtime: string, args: readonly string[], script: string): unknown => {
  const path = fileURLToPath(new URL(`genai/${script}`, import.meta.url))
  const lines = execFileSync(runtime, [...args, path], { encoding: 'utf8' })
    .trim()
    .split('\n')
  return JSON.parse(lines.at(-1) ?? '')
}

it.each(RUNTIMES)(
  'whatever is done with an answer on %s has the outcome that it has without us',
  (runtime, args) => {
    expect(run(runtime, args, 'alike.ts')).toEqual([])
  },
)

it.each(RUNTIMES)(
  '%s sees what the answer of a model tells, however it is read',
  (runtime, args) => {
    expect(run(runtime, args, 'run.ts')).toEqual({
      '/read/text': WHOLE,
      '/read/text?stream=1': [1636, 10, ['stop'], false, []],
      '/read/loop': WHOLE,
      '/read/loop?stream=1': STREAMED,
      '/read/reader': WHOLE,
      '/read/reader?stream=1': STREAMED,
      '/handed-on': STREAMED,
      '/sdk': [1, 10, ['stop'], true, []],
    })
  },
)
