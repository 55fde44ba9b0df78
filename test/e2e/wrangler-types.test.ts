import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../support/docs/project.ts'

// Inside the project, so that packages are found.
mkdirSync(`${root}node_modules/.wrangler-types`, { recursive: true })
const scratch = mkdtempSync(`${root}node_modules/.wrangler-types/`)
const binaries = `${root}node_modules/.bin`

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A Worker and the types that wrangler writes for it. */
const typed = (name: string, change: (worker: string) => string): string => {
  const folder = join(scratch, name)
  cpSync(fileURLToPath(new URL('wrangler-types', import.meta.url)), folder, { recursive: true })
  const worker = join(folder, 'worker.ts')
  writeFileSync(worker, change(readFileSync(worker, 'utf8')))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../../tsconfig.json',
      // As the starter has it. With `nodenext`, what wrangler writes has no extension, and every class is `any`.
      compilerOptions: {
        lib: ['ES2024'],
        types: [],
        module: 'ESNext',
        moduleResolution: 'Bundler',
      },
      include: ['*.ts'],
      exclude: [],
    }),
  )
  const { status, stdout, stderr } = spawnSync(join(binaries, 'wrangler'), ['types'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  })
  expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('Types written')])
  return folder
}

/** Lines with an error, as `file:line`, of the Worker's own files. */
const errorsOf = (folder: string): string[] => {
  const { stdout } = spawnSync(join(binaries, 'tsc'), ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  return [...stdout.matchAll(/^([^\s(]+)\((\d+),\d+\): error/gm)]
    .filter(([, file = '']) => !file.includes('/'))
    .map(([, file = '', line]) => `${basename(file)}:${line}`)
}

const MISUSES = [2, 3, 4, 5, 6].map((line) => `misuse.ts:${line}`)

/** An entrypoint's type is that of the value: `typeof import(…)`. */
const MISUSES_OF_PRICES = MISUSES.slice(2, 4)

describe('the types that wrangler generates for instrumented classes', () => {
  it('allow every use and no misuse of a class that extends one', () => {
    expect(errorsOf(typed('classes', (worker) => worker))).toEqual(MISUSES)
  })

  // What the documentation warns of. When this fails, wrangler has learned it, and the page can say so.
  it('allow every misuse of an object or Workflow that is a constant', () => {
    const constants = (worker: string): string =>
      worker.replace(/export class (\w+) extends (.+) \{\}/g, 'export const $1 = $2')
    expect(errorsOf(typed('constants', constants))).toEqual(MISUSES_OF_PRICES)
  })
})
