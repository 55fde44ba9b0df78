import { globSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { placesOf } from '../../../scripts/package/absolute-links.ts'
import { llmsText } from '../../../site/llms.ts'
import { renderPage } from '../../../site/page-of.ts'
import { GROUPS, PAGES } from '../../../site/pages.ts'
import { readProjectFile, root } from '../../support/docs/project.ts'

const places = placesOf({ url: 'git+https://github.com/acme/thing.git' }, 'main')
const site = {
  pages: [
    { slug: 'start', file: 'README.md' },
    { slug: 'a', file: 'docs/a.md' },
  ],
  places,
}
const render = (text: string) => renderPage({ slug: 'b', file: 'docs/b.md' }, text, site)

it('every page of docs/ is on the site, once', () => {
  const docs = globSync('docs/*.md', { cwd: root }).map((file) => file.replaceAll('\\', '/'))
  const files = PAGES.map(({ file }) => file).filter((file) => file.startsWith('docs/'))
  expect(files.toSorted()).toEqual(docs.toSorted())
})

it.each(PAGES)('$file has a title and a first paragraph for the site', (page) => {
  const { title, description } = renderPage(page, readProjectFile(page.file), {
    pages: PAGES,
    places,
  })
  expect(title).not.toBe('')
  expect(description).not.toMatch(/^$|[`<]|\]\(/)
})

describe('a link of a page, on the site', () => {
  it.each([
    ['[a](a.md#b)', '[a](/a/#b)'],
    ['[a](../README.md)', '[a](/start/)'],
    ['[a](#here)', '[a](#here)'],
    ['[a](https://a.example)', '[a](https://a.example)'],
    ['[a](../src/x.ts)', '[a](https://github.com/acme/thing/blob/main/src/x.ts)'],
    ['![a](images/a.png)', '![a](/pictures/docs-images-a.png)'],
  ])('%s becomes %s', (text, expected) => {
    expect(render(`# B\n\n${text}`).body.trim()).toBe(expected)
  })

  it('stays as it is in code', () => {
    expect(render('# B\n\n```md\n[a](a.md)\n```').body).toContain('[a](a.md)')
  })
})

it('a page without a title is refused', () => {
  expect(() => render('no title')).toThrow(/Cannot make a page: docs\/b\.md/)
})

it('llms.txt has a line for each page, as Markdown', () => {
  const rendered = new Map(
    PAGES.map((page) => [
      page,
      renderPage(page, readProjectFile(page.file), { pages: PAGES, places }),
    ]),
  )
  const text = llmsText(GROUPS, rendered)
  expect(text.match(/^- \[.+\]\(\/.+\.md\): .+$/gm)).toHaveLength(PAGES.length)
})
