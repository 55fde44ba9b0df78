import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A page of the site, and the file of the project that it is made of. */
export interface Page {
  /** Its place on the site, `''` for the first. */
  slug: string
  file: string
  /** Instead of the file's own. */
  title?: string
}

const doc = (slug: string): Page => ({ slug, file: `docs/${slug}.md` })

/** What is read, in the order in which a newcomer needs it. */
const ORDERED: Record<string, readonly Page[]> = {
  Start: [
    { slug: 'start', file: 'README.md', title: 'Start' },
    doc('runtimes'),
    doc('homes'),
    doc('wrangler-types'),
    doc('commonjs'),
    doc('testing'),
    doc('debugging'),
    doc('agents'),
    doc('coming-from'),
    doc('existing-apps'),
  ],
  'What is recorded': [
    doc('what-you-see'),
    doc('tracing'),
    doc('rpc'),
    doc('hono'),
    doc('users'),

    doc('metrics'),
    doc('logging'),
    doc('privacy'),
    doc('health'),
    doc('bindings'),
    doc('costs-by-route'),
    doc('databases'),
    doc('ai'),
    doc('handlers'),
  ],
  'Where it goes': [
    doc('viewer'),
    doc('viewer-api'),
    doc('backends'),
    doc('delivery'),
    doc('aggregator'),
    doc('prometheus'),
    doc('monitoring'),
    doc('monitoring-guides'),
    doc('on-call'),
    doc('log-shipping'),
    doc('cost'),
  ],
  Reference: [
    doc('configuration'),
    doc('limits'),
    doc('interop'),
    doc('support'),
    doc('faults'),
    doc('benchmarks'),
    { slug: 'changelog', file: 'CHANGELOG.md' },
  ],
}

const ordered = Object.values(ORDERED)
  .flat()
  .map(({ file }) => file)

/** Pages whose place nobody has thought of yet. */
const others = globSync('docs/*.md', { cwd: join(import.meta.dirname, '..') })
  .map((file) => doc(basename(file, '.md')))
  .filter(({ file }) => !ordered.includes(file))
  .toSorted((a, b) => a.slug.localeCompare(b.slug))

/** The groups of the site's sidebar. */
export const GROUPS: Record<string, readonly Page[]> = {
  ...ORDERED,
  ...(others.length > 0 && { More: others }),
}

export const PAGES: readonly Page[] = Object.values(GROUPS).flat()
