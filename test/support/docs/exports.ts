import { posix } from 'node:path'
import { jsDocsOf } from './jsdoc.ts'

/** Reads a source file by its path relative to the project's folder. */
export type ReadSource = (file: string) => string

interface Origin {
  /** The name it has there. */
  name: string
  /** A module specifier; undefined when it is declared in the same file. */
  from?: string
}

/**
 * The exports of a module whose declaration has no JSDoc comment that says something, as
 * `file:line name`. Those of other packages are theirs to document.
 */
export function undocumentedExports(entry: string, read: ReadSource): string[] {
  return [...exportsOf(entry, read)].flatMap(([name, origin]) => {
    const fault = check(entry, origin, read)
    return fault ? [`${fault} (exported as ${name} by ${entry})`] : []
  })
}

/** The names a module exports. */
export function exportedNames(entry: string, read: ReadSource): string[] {
  return [...exportsOf(entry, read).keys()]
}

function exportsOf(file: string, read: ReadSource): Map<string, Origin> {
  const source = withoutComments(read(file))
  const found = new Map<string, Origin>()
  for (const [, from = ''] of source.matchAll(/^export(?: type)? \* from ['"](.+)['"]/gm)) {
    if (from.startsWith('.')) {
      for (const name of exportsOf(resolve(file, from), read).keys()) {
        found.set(name, { name, from })
      }
    }
  }
  for (const [, list = '', from] of source.matchAll(LIST)) {
    for (const item of list.split(',').filter((text) => text.trim() !== '')) {
      const [name = '', alias = name] = item
        .trim()
        .replace(/^type /, '')
        .split(' as ')
      found.set(alias, from ? { name, from } : { name })
    }
  }
  for (const [, name = ''] of source.matchAll(declarationOf('[\\w$]+', 'export '))) {
    found.set(name, { name })
  }
  return found
}

function check(file: string, { name, from }: Origin, read: ReadSource): string | undefined {
  if (from !== undefined) {
    if (!from.startsWith('.')) {
      return undefined
    }
    const target = resolve(file, from)
    const origin = exportsOf(target, read).get(name)
    return origin ? check(target, origin, read) : `${target} does not export ${name}`
  }
  const source = read(file)
  const { index } = declarationOf(name, '(?:export )?').exec(source) ?? {}
  if (index === undefined) {
    return `${file} does not declare ${name}`
  }
  const line = source.slice(0, index).split('\n').length
  const doc = jsDocsOf(source.split('\n')).find((each) => each.line + each.lines.length === line)
  const says = doc?.lines.find((text) => text.trim() !== '')
  return says && !says.startsWith('@') ? undefined : `${file}:${line} ${name}`
}

const LIST = /^export (?:type )?\{([^}]*)\}(?: from ['"](.+)['"])?/gm

/** Matches from the beginning of the line, which the formatter guarantees. */
const declarationOf = (name: string, exported: string): RegExp =>
  new RegExp(
    `^${exported}(?:default |declare |abstract |async )*(?:function\\*?|class|const|let|interface|type) (${name})(?![\\w$])`,
    'gm',
  )

const withoutComments = (source: string): string =>
  source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

const resolve = (file: string, specifier: string): string =>
  posix.join(posix.dirname(file), specifier)
