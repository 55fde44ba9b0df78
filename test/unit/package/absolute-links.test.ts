import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { absoluteLinks, placesOf, relativeLinks } from '../../../scripts/package/absolute-links.ts'
import { manifest } from '../../../scripts/package/stage.ts'
import { root } from '../../support/docs/project.ts'

const places = placesOf({ url: 'git+https://github.com/acme/thing.git' }, 'v1.2.3')
const absolute = (text: string): string => absoluteLinks(text, places)

it.each([
  ['[a](docs/a.md#b)', '[a](https://github.com/acme/thing/blob/v1.2.3/docs/a.md#b)'],
  ['![a](docs/a.png)', '![a](https://raw.githubusercontent.com/acme/thing/v1.2.3/docs/a.png)'],
  ['[`a` and b](a.md "t")', '[`a` and b](https://github.com/acme/thing/blob/v1.2.3/a.md "t")'],
  ['[r]: ./x.md', '[r]: https://github.com/acme/thing/blob/v1.2.3/x.md'],
  ['[a](#here) [b](https://b.example) [m](mailto:a@b.c)', undefined],
])('%s leads to the repository from anywhere', (text, expected = text) => {
  expect(absolute(text)).toBe(expected)
})

it('a link that is still relative is found', () => {
  expect(relativeLinks('[a](docs/a.md) [b](#b) [c](https://c.example) ![d](d.png)')).toEqual([
    'docs/a.md',
    'd.png',
  ])
})

it('a repository elsewhere is refused', () => {
  expect(() => placesOf({ url: 'https://example.com/a/b' }, 'v1')).toThrow(
    /Cannot link: repository/,
  )
})

it('every address of package.json is of one repository', () => {
  const { repository, homepage, bugs } = manifest()
  const [, base = ''] = /^git\+(.+)\.git$/.exec(repository.url) ?? []
  expect(base).toMatch(/^https:\/\/github\.com\/[^/]+\/[^/]+$/)
  expect([homepage, bugs.url]).toEqual([`${base}#readme`, `${base}/issues`])
})

it('every file of the project that leads to its repository leads to that of package.json', () => {
  const [, owner] = /github\.com\/([^/]+)\//.exec(manifest().repository.url) ?? []
  const found = execFileSync('git', ['grep', '-ohE', 'github\\.com/[^/ ]+/hono-observability\\b'], {
    cwd: root,
    encoding: 'utf8',
  })
  const owners = found
    .trim()
    .split('\n')
    .map((address) => address.split('/')[1])
  expect([...new Set(owners)]).toEqual([owner])
})
