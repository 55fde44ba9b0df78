import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pruneDeclarations } from '../../../scripts/package/prune-declarations.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'declarations-'))
  mkdirSync(join(folder, 'inside'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}
const left = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted()

it('keeps what the types of an entry lead to, in whatever form, and all that is no declaration', () => {
  put({
    'index.d.ts': "export { a } from './inside/a.js'\nimport './inside/d.js'\n",
    'inside/a.d.ts':
      'export declare const a: import(\'./b.ts\').B\nexport type { C } from "./c.js"\n',
    'inside/b.d.ts': "import type { A } from './a.ts'\nexport type B = A\n",
    'inside/c.d.ts': 'export interface C {}\n',
    'inside/d.d.ts': "declare module 'x' {}\n",
    'inside/spare.d.ts': "export * from './a.js'\n",
    'inside/spare.js': '',
  })
  expect(pruneDeclarations(folder, [join(folder, 'index.d.ts')])).toBe(1)
  expect(left()).toEqual([
    'index.d.ts',
    'inside/a.d.ts',
    'inside/b.d.ts',
    'inside/c.d.ts',
    'inside/d.d.ts',
    'inside/spare.js',
  ])
})

it('fails rather than leave out what is needed', () => {
  put({ 'index.d.ts': "export * from './missing.js'\n" })
  expect(() => pruneDeclarations(folder, [join(folder, 'index.d.ts')])).toThrow('missing.d.ts')
})
