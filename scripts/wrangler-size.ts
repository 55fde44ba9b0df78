/**
 * What `wrangler deploy` says an app weighs: a bare Hono app, and the same with this package, as wrangler bundles it
 * by default and with `--minify`. Uses `dist`.
 *
 *   npm run build && node scripts/wrangler-size.ts            prints it
 *   npm run build && node scripts/wrangler-size.ts --write    keeps it in bench/results; then node bench/publish.ts
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Size {
  title: string
  /** KiB, as wrangler prints them. */
  plain: { raw: number; gzip: number }
  minified: { raw: number; gzip: number }
}

const root = join(import.meta.dirname, '..')

const APPS: Record<string, string> = {
  'bare Hono app': `import { Hono } from 'hono'
export default new Hono().get('/', (c) => c.text('hello'))
`,
  'with `observability`': `import { Hono } from 'hono'
import { observability } from 'hono-observability'
export default new Hono().use(observability()).get('/', (c) => c.text('hello'))
`,
  'with `observability` and `instrument`': `import { Hono } from 'hono'
import { instrument, observability } from 'hono-observability'
export default instrument(new Hono().use(observability()).get('/', (c) => c.text('hello')))
`,
  'and with `bindings`': `import { Hono } from 'hono'
import { instrument, observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
const options = { bindings: bindings() }
export default instrument(new Hono().use(observability(options)).get('/', (c) => c.text('hello')), options)
`,
}

const upload = (folder: string, ...options: string[]): { raw: number; gzip: number } => {
  const { stdout, stderr } = spawnSync(
    'wrangler',
    ['deploy', '--dry-run', '--outdir', join(folder, 'out'), ...options],
    { cwd: folder, encoding: 'utf8', env: { ...process.env, WRANGLER_SEND_METRICS: 'false' } },
  )
  const [, raw, gzip] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(stdout) ?? []
  if (!raw || !gzip) {
    throw new Error(`Cannot measure: wrangler must print a size, said ${stdout}${stderr}`)
  }
  return { raw: Number(raw), gzip: Number(gzip) }
}

// Below the project, so that packages are found; this one by its own name, as an app finds it.
mkdirSync(join(root, 'node_modules/.sizes'), { recursive: true })
const folder = mkdtempSync(join(root, 'node_modules/.sizes/app-'))
const sizes: Size[] = []
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  writeFileSync(join(folder, 'tsconfig.json'), '{}\n')
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/hono-observability'), 'junction')
  for (const [title, code] of Object.entries(APPS)) {
    writeFileSync(join(folder, 'index.ts'), code)
    writeFileSync(
      join(folder, 'wrangler.json'),
      JSON.stringify({
        name: 'size',
        main: 'index.ts',
        compatibility_date: '2025-08-03',
        compatibility_flags: ['nodejs_als'],
      }),
    )
    sizes.push({ title, plain: upload(folder), minified: upload(folder, '--minify') })
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

for (const { title, plain, minified } of sizes) {
  console.log(
    `${title.padEnd(40)}${plain.raw} KiB / gzip ${plain.gzip} KiB; minified ${minified.raw} KiB / gzip ${minified.gzip} KiB`,
  )
}
if (process.argv.includes('--write')) {
  writeFileSync(
    join(root, 'bench/results/wrangler-size.json'),
    `${JSON.stringify(sizes, null, 2)}\n`,
  )
}
