/**
 * Makes the site of the project's own Markdown into `dist`: static files, with search, llms.txt and each page as
 * Markdown for those who read that better.
 *
 *   npm run build
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { placesOf } from '../scripts/package/absolute-links.ts'
import { manifest } from '../scripts/package/stage.ts'
import { llmsText } from './llms.ts'
import { pictureName, type Rendered, renderPage } from './page-of.ts'
import { GROUPS, PAGES, type Page } from './pages.ts'

const here = import.meta.dirname
const root = join(here, '..')
const content = join(here, 'src/content/docs')
const pub = join(here, 'public')

for (const folder of [content, pub]) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
}
mkdirSync(join(pub, 'pictures'))

const site = { pages: PAGES, places: placesOf(manifest().repository, 'main') }
const read = (page: Page): string => readFileSync(join(root, page.file), 'utf8')
const rendered = new Map<Page, Rendered>(
  PAGES.map((page) => [page, renderPage(page, read(page), site)]),
)

for (const [{ slug, file }, { title, description, body, pictures }] of rendered) {
  const head = [
    '---',
    `title: ${JSON.stringify(title)}`,
    `description: ${JSON.stringify(description)}`,
  ]
  const edit = `editUrl: ${JSON.stringify(`${site.places.page.replace('/blob/', '/edit/')}/${file}`)}`
  writeFileSync(join(content, `${slug}.md`), [...head, edit, '---', body].join('\n'))
  writeFileSync(join(pub, `${slug}.md`), `# ${title}\n${body}`)
  for (const picture of pictures) {
    cpSync(join(root, picture), join(pub, 'pictures', pictureName(picture)))
  }
}
cpSync(join(root, 'viewer/page/public/icon.svg'), join(pub, 'favicon.svg'))
cpSync(join(here, 'first.md'), join(content, 'index.md'))
writeFileSync(join(pub, 'llms.txt'), llmsText(GROUPS, rendered))
writeFileSync(
  join(pub, 'llms-full.txt'),
  [...rendered.values()].map(({ title, body }) => `# ${title}\n${body}`).join('\n\n'),
)

const { status } = spawnSync(
  process.execPath,
  [join(here, 'node_modules/astro/bin/astro.mjs'), 'build'],
  {
    cwd: here,
    stdio: 'inherit',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
  },
)
process.exitCode = status ?? 1
