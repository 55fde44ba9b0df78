import { globSync, readFileSync } from 'node:fs'
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

describe('the public names', () => {
  const docs = ['README.md', 'SECURITY.md', ...globSync('docs/*.md', { cwd: root })]
    .map((file) => readFileSync(new URL(file, root), 'utf8'))
    .join('\n')

  it.each([...generatedFiles()].filter(([file]) => file.startsWith('api/')))(
    'that %s has are all in the documentation, types by the values that need them',
    (_, report) => {
      const names = (/^\/\/ exports: (.*)$/m.exec(report)?.[1] ?? '').split(', ')
      const isType = (name: string): boolean =>
        new RegExp(`^(?:interface|type) ${name}\\b`, 'm').test(report)
      expect(names.length).toBeGreaterThan(0)
      expect(
        names.filter((name) => !isType(name) && !new RegExp(`\\b${name}\\b`).test(docs)),
      ).toEqual([])
    },
  )
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
