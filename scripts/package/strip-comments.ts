import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { transform } from 'esbuild'

/** A comment that has its lines to itself. Those inside an expression, such as `@__PURE__`, are for bundlers. */
const OWN_LINES = /^[ \t]*(?:\/\*\*[\s\S]*?\*\/|\/\/.*)[ \t]*\n/gm

const minified = async (code: string): Promise<string> =>
  (await transform(code, { minify: true, legalComments: 'none' })).code

/** The same code without the comments that bundlers would carry along; as it is where that is not certain. */
export const withoutComments = async (code: string): Promise<string> => {
  const stripped = code.replace(OWN_LINES, '')
  // A string may hold what looks like one.
  return (await minified(stripped).catch(() => undefined)) === (await minified(code))
    ? stripped
    : code
}

/**
 * Takes the comments out of a folder's JavaScript. Types keep theirs, for editors; what is not minified, as wrangler
 * leaves it, would be 3 kB (gzip) larger with them.
 */
export const stripComments = async (folder: string): Promise<void> => {
  await Promise.all(
    globSync('**/*.js', { cwd: folder, exclude: ['viewer/page/**'] }).map(async (name) => {
      const file = join(folder, name)
      const code = readFileSync(file, 'utf8')
      const stripped = await withoutComments(code)
      if (stripped !== code) {
        writeFileSync(file, stripped)
      }
    }),
  )
}
