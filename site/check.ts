/**
 * What `dist` must be: links that lead to a page and a heading, pictures that are there, a search that finds, and
 * llms.txt. Exits 1 when it is not.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGES } from './pages.ts'

const dist = join(import.meta.dirname, 'dist')
const faults: string[] = []
const htmlOf = (path: string): string => readFileSync(join(dist, path), 'utf8')
const pages = globSync('**/*.html', { cwd: dist })

for (const page of pages) {
  for (const [, target = ''] of htmlOf(page).matchAll(/\b(?:href|src)="(\/(?!\/)[^"]*|#[^"]*)"/g)) {
    const [path = '', anchor] = target.split('#')
    const file =
      path === '' ? page : path.endsWith('/') ? `${path.slice(1)}index.html` : path.slice(1)
    if (!existsSync(join(dist, file))) {
      faults.push(`${page}: ${target} leads nowhere`)
    } else if (
      anchor &&
      file.endsWith('.html') &&
      !htmlOf(file).includes(` id="${decodeURIComponent(anchor)}"`)
    ) {
      faults.push(`${page}: ${target} leads to no heading`)
    }
  }
}
for (const { slug } of PAGES) {
  if (!pages.includes(join(slug, 'index.html')) || !existsSync(join(dist, `${slug}.md`))) {
    faults.push(`${slug} is missing`)
  }
}
const needed = ['index.html', '404.html', 'llms.txt', 'llms-full.txt', 'pagefind/pagefind.js']
faults.push(
  ...needed.filter((file) => !existsSync(join(dist, file))).map((file) => `${file} is missing`),
)
const pictures = [...htmlOf('index.html').matchAll(/src="(\/pictures\/[^"]+)"/g)]
if (pictures.length < 2) {
  faults.push('the first page shows no pictures')
}

for (const fault of new Set(faults)) {
  console.error(fault)
}
console.log(`${pages.length} pages, ${new Set(faults).size} faults`)
process.exitCode = faults.length || pages.length === 0 ? 1 : 0
