/**
 * What a change does to what is published, as Markdown: the size of each entry, and the declarations that changed.
 * Both folders are checkouts with `node_modules` and `dist`.
 *
 *   node scripts/pull-request-report.ts <base> <head>
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Lines of declarations; a summary has its limit. */
const MAX_LINES = 400

const [base = '', head = ''] = process.argv.slice(2)

/** Bytes after gzip by entry, as that checkout's own script prints them. */
const sizes = (folder: string): Map<string, number> => {
  const { stdout } = spawnSync('node', ['scripts/size.ts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(folder, 'node_modules/.bin')}:${process.env.PATH}` },
  })
  const rows = [...stdout.matchAll(/^(\S.*?)\s+(\d+)\s+(\d+)\s+\d+/gm)]
  return new Map(rows.map(([, name = '', , gzip]) => [name, Number(gzip)]))
}

const before = sizes(base)
const after = sizes(head)
console.log(
  '## Size\n\n| entry | before, gzip bytes | after | difference |\n| --- | ---: | ---: | ---: |',
)
for (const name of new Set([...before.keys(), ...after.keys()])) {
  const [was, is] = [before.get(name), after.get(name)]
  const difference = was !== undefined && is !== undefined ? is - was : undefined
  const sign = (difference ?? 0) > 0 ? '+' : ''
  console.log(`| ${name} | ${was ?? '–'} | ${is ?? '–'} | ${sign}${difference ?? ''} |`)
}

const { stdout } = spawnSync(
  'git',
  ['diff', '--no-index', '--unified=1', join(base, 'dist'), join(head, 'dist')],
  { encoding: 'utf8', maxBuffer: 1 << 28 },
)
const declarations = stdout
  .split(/^(?=diff --git )/m)
  .filter((part) => /^diff --git \S+\.d\.ts /.test(part) && !part.includes('/dist/viewer/'))
  .map((part) => part.replaceAll(`${base}/`, '/').replaceAll(`${head}/`, '/'))
const lines = declarations.join('').split('\n')
console.log('\n## Types\n')
console.log(
  declarations.length === 0
    ? 'No declaration changed.'
    : `\`\`\`diff\n${lines.slice(0, MAX_LINES).join('\n')}\n\`\`\``,
)
if (lines.length > MAX_LINES) {
  console.log(`\n${lines.length - MAX_LINES} further lines are not shown.`)
}
