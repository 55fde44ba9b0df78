import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** One file of `src` importing another, paths relative to `src`. */
export interface Import {
  readonly from: string
  readonly to: string
}

/** Written as biome writes them; comments, which hold examples, are taken out before. */
const IMPORT = /\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)|^import '(\.[^']+)'/gm
const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm

/** What a file imports of its own tree: values and types, re-exports, `import('…')` and bare imports. */
export const importsOf = (file: string, code: string): Import[] =>
  [...code.replace(COMMENT, '').matchAll(IMPORT)].map(([, from, dynamic, bare]) => ({
    from: file,
    to: posix.join(posix.dirname(file), (from ?? dynamic ?? bare) as string),
  }))

/** Every import among the files of a folder. */
export const readImports = (folder: URL): Import[] =>
  globSync('**/*.ts', { cwd: folder })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted()
    .flatMap((file) => importsOf(file, readFileSync(new URL(file, folder), 'utf8')))

/** The room a file is in. */
export const roomOf = (file: string): string => file.split('/')[0] as string

/** Groups of files that import each other in a circle. Tarjan's algorithm. */
export const circlesOf = (imports: readonly Import[]): string[][] => {
  const targets = Map.groupBy(imports, ({ from }) => from)
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (file: string): number => {
    const own = index.size
    index.set(file, own)
    low.set(file, own)
    stack.push(file)
    for (const { to } of targets.get(file) ?? []) {
      const reached = index.has(to)
        ? stack.includes(to)
          ? (index.get(to) as number)
          : own
        : visit(to)
      low.set(file, Math.min(low.get(file) as number, reached))
    }
    const lowest = low.get(file) as number
    if (lowest === own) {
      const circle = stack.splice(stack.indexOf(file))
      if (circle.length > 1 || targets.get(file)?.some(({ to }) => to === file)) {
        circles.push(circle)
      }
    }
    return lowest
  }
  for (const file of targets.keys()) {
    if (!index.has(file)) {
      visit(file)
    }
  }
  return circles
}
