import { describe, expect, it } from 'vitest'
import { anchorsOf, brokenLinks, linksOf } from '../../support/docs/links.ts'
import { pages, readProjectFile } from '../../support/docs/project.ts'

describe('links in documentation', () => {
  it('are found', () => {
    expect(linksOf(readProjectFile('README.md')).length).toBeGreaterThan(5)
  })

  it.each(pages())('of %s lead to a file and a heading', (page) => {
    expect(brokenLinks(page).join('\n')).toBe('')
  })
})

describe('the search for broken links', () => {
  it('names the line and the fault', () => {
    const page = [
      '# A page',
      '[gone](gone.md) and [here](#a-page), ![image](../README.md "title")',
      '[![badge](https://example.com/badge.svg)](../LICENSE#L1)',
      '[up](../../x.md) [root](/README.md) [no heading](tracing.md#nothing) [mine](#nothing)',
      '[ref]: ./missing/',
      '<a href="lost.html">',
      '`[code](code.md)` [mail](mailto:a@example.com) [`name`](none.md)',
      '```md',
      '[fenced](fenced.md)',
      '```',
    ]
    expect(brokenLinks('docs/page.md', page.join('\n'))).toEqual([
      'docs/page.md:2 Cannot follow gone.md: there is no docs/gone.md',
      'docs/page.md:4 Cannot follow ../../x.md: it leads out of the project',
      'docs/page.md:4 Cannot follow /README.md: it leads out of the project',
      'docs/page.md:4 Cannot follow tracing.md#nothing: docs/tracing.md has no heading for it',
      'docs/page.md:4 Cannot follow #nothing: docs/page.md has no heading for it',
      'docs/page.md:5 Cannot follow ./missing/: there is no docs/missing/',
      'docs/page.md:6 Cannot follow lost.html: there is no docs/lost.html',
      'docs/page.md:7 Cannot follow none.md: there is no docs/none.md',
    ])
  })

  it('names headings as GitHub does', () => {
    const page = [
      '# What *became* of it?',
      '## `exporterState()` & co. ##',
      '## [Link](x.md): a_b',
      '## Twice',
      '## Twice',
      '```sh',
      '# not a heading',
      '```',
      '<a id="by-hand"></a>',
    ]
    expect([...anchorsOf(page.join('\n'))]).toEqual([
      'what-became-of-it',
      'exporterstate--co',
      'link-a_b',
      'twice',
      'twice-1',
      'by-hand',
    ])
  })
})
