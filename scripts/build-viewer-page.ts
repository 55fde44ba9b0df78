/** Builds the viewer's page to `dist/viewer/page`, or the directory given, and says how large it is. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** All JavaScript of the page, compressed. */
const BUDGET_BYTES = 80_000

const root = `${import.meta.dirname}/../viewer/page`
const directory = resolve(process.argv[2] ?? `${import.meta.dirname}/../dist/viewer/page`)
const assets = join(directory, 'assets')

// As Vite does it, unless someone else's is set.
process.env.NODE_ENV = 'production'
await build({
  configFile: join(root, 'vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: directory },
})

const gzipBytes = (extension: string): number =>
  readdirSync(assets)
    .filter((name) => name.endsWith(extension))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(assets, name))).length, 0)

const scriptBytes = gzipBytes('.js')
console.log(
  `viewer's page: ${scriptBytes} B of scripts (at most ${BUDGET_BYTES}), ${gzipBytes('.css')} B of styles, compressed`,
)
if (scriptBytes > BUDGET_BYTES) {
  console.error("Cannot build: the viewer's page is over its size budget")
  process.exitCode = 1
}
