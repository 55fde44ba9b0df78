import { describe, expect, it } from 'vitest'
import { type Extracted, snippetsOf } from '../../support/docs/snippets.ts'

const markdown = (...lines: string[]): Extracted => snippetsOf('page.md', lines.join('\n'))
const source = (...lines: string[]): Extracted => snippetsOf('src/a.ts', lines.join('\n'))

describe('snippets of Markdown', () => {
  it('keep their line numbers and lose their indentation', () => {
    const { snippets } = markdown('text', '1. ~~~~ts', '   const a = 1', '     + ```', '   ~~~~')
    expect(snippets).toMatchObject([{ line: 3, code: '\n\nconst a = 1\n  + ```' }])
  })

  it('are those in TypeScript only', () => {
    const { snippets } = markdown('```sh', 'ls', '```', '```', 'plain', '```', '````tsx', '<a />')
    expect(snippets).toMatchObject([{ language: 'tsx', platform: 'web', line: 8 }])
  })

  it('know their platform', () => {
    const { snippets } = markdown('```ts workers', 'a', '```')
    expect(snippets).toMatchObject([{ platform: 'workers' }])
  })

  it('continue the one before, if they say so', () => {
    const { snippets } = markdown('```ts', 'a', '```', '', '```ts continue', 'b', '```')
    expect(snippets).toMatchObject([{ line: 2, code: '\na\n\n\n\nb' }])
  })

  it('are what a change leaves, with the app that it changes around it', () => {
    const { snippets } = markdown('```diff ts', "-import a from 'a'", '+app.use(b)', ' c()', '```')
    expect(snippets).toMatchObject([{ language: 'ts', platform: 'web', line: 2 }])
    expect(snippets[0]?.code.split('\n').slice(1)).toEqual([
      "declare const app: import('hono').Hono; ",
      'app.use(b)',
      'c()',
    ])
  })

  it('are not those of changes in other languages, which must be named', () => {
    expect(markdown('```diff toml', '+a = 1', '```')).toEqual({ snippets: [], mistakes: [] })
    expect(markdown('```diff', '+a = 1', '```').mistakes).toEqual([
      expect.stringContaining('after diff must be its language'),
    ])
  })

  it('are left out with a reason', () => {
    const ignored = markdown('<!-- Shows a mistake. -->', '```ts ignore', 'no', '```')
    expect(ignored).toEqual({ snippets: [], mistakes: [] })
  })

  it.each([
    [['```ts ignore', '```'], 'an ignored one must have its reason'],
    [['<!-- -->', '```ts ignore', '```'], 'an ignored one must have its reason'],
    [['<!-- Why. -->', '', '```ts ignore', '```'], 'an ignored one must have its reason'],
    [['```ts continue', '```'], 'a continued one must have one before it'],
    [['```ts', '```', '```ts continue workers', '```'], 'and no other word'],
    [['```ts worker', '```'], 'one of workers, continue, ignore, received worker'],
    [['```JavaScript', '```'], 'must be ts or tsx, received JavaScript'],
  ])('are refused as %j', (lines, mistake) => {
    expect(markdown(...lines).mistakes).toEqual([expect.stringContaining(mistake)])
  })
})

describe('snippets of JSDoc', () => {
  it('are fenced, or everything after an @example', () => {
    const { snippets } = source(
      '/**',
      ' * Does.',
      ' *',
      ' * @example With a title',
      ' * ```ts',
      ' * const a = {',
      ' *   b: 1,',
      ' * }',
      ' * ```',
      ' * @example',
      ' * unfenced(1)',
      ' * unfenced(2)',
      ' * @returns nothing',
      ' */',
      'const c = 1',
      '  /** @example short() */',
    )
    expect(snippets.map(({ code }) => code.trimStart())).toEqual([
      'const a = {\n  b: 1,\n}',
      'unfenced(1)\nunfenced(2)',
      'short()',
    ])
    expect(snippets.map(({ code }) => code.lastIndexOf('\n', code.search(/\S/)) + 1)).toEqual([
      5, 10, 15,
    ])
  })

  it('do not continue those of another comment', () => {
    const { mistakes } = source('/**', ' * ```ts', ' */', '/**', ' * ```ts continue', ' */')
    expect(mistakes).toEqual([expect.stringContaining('a continued one must have one before it')])
  })

  it('are not looked for in code', () => {
    expect(source('const a = `', '```ts', 'code', '```', '`').snippets).toEqual([])
  })
})
