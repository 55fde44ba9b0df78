import { describe, expect, it } from 'vitest'
import { exportedNames, undocumentedExports } from '../../support/docs/exports.ts'
import { entries, readProjectFile } from '../../support/docs/project.ts'

describe('public exports', () => {
  it.each(entries())('of %s say what they are', (entry) => {
    expect(exportedNames(entry, readProjectFile).length).toBeGreaterThan(0)
    expect(undocumentedExports(entry, readProjectFile).join('\n')).toBe('')
  })
})

describe('the search for undocumented exports', () => {
  const undocumented = (files: Record<string, string>): string[] =>
    undocumentedExports('src/index.ts', (file) => files[file] ?? '')

  it('follows renamed, collected and repeated exports to their declaration', () => {
    const files = {
      'src/index.ts':
        "export { type A, b as c } from './a.ts'\nexport * from './deep/d.ts'\nexport type { E } from 'e'",
      'src/a.ts': 'export interface A {}\nexport { b } from "./b.ts"\n',
      'src/b.ts': 'const b = 1\nexport { b }\n',
      'src/deep/d.ts': 'export const d: number = 1\n',
    }
    expect(undocumented(files)).toEqual([
      'src/deep/d.ts:1 d (exported as d by src/index.ts)',
      'src/a.ts:1 A (exported as A by src/index.ts)',
      'src/b.ts:1 b (exported as c by src/index.ts)',
    ])
  })

  it('wants a sentence, in a comment that touches the declaration', () => {
    const files = {
      'src/index.ts': [
        '/** Says. */',
        'export const says = 1',
        '/** Too far. */',
        '',
        'export async function far() {}',
        '/** @internal */',
        'export abstract class Tagged {}',
        '/* Not JSDoc. */',
        'export type Plain = 1',
        '/**',
        ' * Of the first overload.',
        ' */',
        'export function over(): void',
        'export function over(a?: 1): void {}',
      ].join('\n'),
    }
    expect(undocumented(files).map((text) => text.split(' ')[1])).toEqual([
      'far',
      'Tagged',
      'Plain',
    ])
  })

  it('names an export that it cannot find', () => {
    const files = { 'src/index.ts': "export { lost }\nexport { gone } from './gone.ts'" }
    expect(undocumented(files)).toEqual([
      'src/index.ts does not declare lost (exported as lost by src/index.ts)',
      'src/gone.ts does not export gone (exported as gone by src/index.ts)',
    ])
  })
})
