import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { membersOf } from '../../../scripts/docs/members.ts'
import { generatedFiles } from '../../../scripts/generate.ts'

const root = new URL('../../../', import.meta.url)

describe('what is generated', () => {
  it.each([...generatedFiles()])('%s is as `npm run generate` writes it', (file, content) => {
    expect(readFileSync(new URL(file, root), 'utf8')).toBe(content)
  })

  it('has a report of each entry of the package', () => {
    const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
      exports: Record<string, unknown>
    }
    const entries = Object.keys(exports)
      .filter((entry) => !['./package.json', './viewer'].includes(entry))
      .map((entry) => (entry === '.' ? 'api/index.txt' : `api/${entry.slice(2)}.txt`))
    const reports = [...generatedFiles().keys()].filter((file) => file.startsWith('api/'))
    expect(reports.toSorted()).toEqual(entries.toSorted())
  })
})

describe('what is said of an option', () => {
  it('is its JSDoc, with the default apart', () => {
    const source = [
      'export interface Options {',
      '  /** How long, in milliseconds. Default 5000. At least 1. */',
      '  waitMs?: number',
      '  /**',
      '   * Over two',
      '   * lines. Default: none.',
      '   */',
      '  other?: { inner: string }',
      '}',
      '',
    ].join('\n')
    expect([...membersOf(source, 'Options')]).toEqual([
      ['waitMs', { text: 'How long, in milliseconds. At least 1', fallback: '5000' }],
      ['other', { text: 'Over two lines', fallback: 'none' }],
    ])
  })
})
