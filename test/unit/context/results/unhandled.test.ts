import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { bundle } from '../../../support/bundle.ts'

const bin = fileURLToPath(new URL('../../../../node_modules/.bin/', import.meta.url))

it.each([
  ['Node', 'node', []],
  ['Bun', 'bun', ['run']],
  ['Deno', 'deno', ['run', '--allow-env', '--allow-sys', '--allow-read']],
])(
  'on %s, a rejection that nobody hears is reported as often as without us',
  async (_, runtime, args) => {
    const directory = await mkdtemp(join(tmpdir(), 'unhandled-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const script = join(directory, 'unhandled.mjs')
    await writeFile(script, await bundle(fileURLToPath(new URL('unhandled.ts', import.meta.url))))
    const { stdout } = await promisify(execFile)(`${bin}${runtime}`, [...args, script])
    const reported = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    )
    const bare = reported.get('bare')
    expect(bare).toContain('nobody, nobody at once')
    expect(bare).not.toContain('caught')
    expect([...reported]).toEqual(
      ['bare', 'withSpan', 'nested', 'time'].map((wrapper) => [wrapper, bare]),
    )
  },
  30_000,
)
