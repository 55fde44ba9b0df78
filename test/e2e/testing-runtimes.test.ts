import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Without any permission, and with its sanitizers, in Deno. */
const RUNNERS = {
  'node --test': ['node', '--test', 'test/e2e/testing/node_test.ts'],
  'bun test': ['bun', 'test', './test/e2e/testing/bun_test.ts'],
  'deno test': [
    ...['deno', 'test', '--no-check', '--no-lock', '--no-prompt', '--node-modules-dir=manual'],
    'test/e2e/testing/deno_test.ts',
  ],
} as const

it.each(Object.entries(RUNNERS))(
  '`%s` captures requests one after the other, and ends',
  (_, [command, ...args]) => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: `${root}node_modules/.bin:${process.env.PATH}`, HOME: process.env.HOME },
    })
    const said = `${stdout}${stderr}`
    expect(status, said).toBe(0)
    expect(said).toMatch(/\b(pass|passed)\b/)
    // Nothing was posted: nobody listens, which would have been said.
    expect(said).not.toContain('not delivered')
  },
)
