import { globSync, readFileSync } from 'node:fs'
import { parseAst } from 'vite'

/** A regular expression as it stands in a source file. */
export interface Pattern {
  readonly file: string
  readonly source: string
  readonly flags: string
}

interface Node {
  readonly type?: string
  readonly regex?: { readonly pattern: string; readonly flags: string }
}

/** Every regular expression that is written out in `src`, found by a parser. */
export const patternsInSource = (): Pattern[] =>
  globSync('src/**/*.ts', { exclude: (path) => path.endsWith('.d.ts') })
    .toSorted()
    .flatMap((file) => {
      const found: Pattern[] = []
      collect(parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }), (node) => {
        if (node.type === 'Literal' && node.regex) {
          found.push({ file, source: node.regex.pattern, flags: node.regex.flags })
        }
      })
      return found
    })

const collect = (value: unknown, visit: (node: Node) => void): void => {
  if (typeof value !== 'object' || value === null) {
    return
  }
  visit(value as Node)
  for (const child of Object.values(value)) {
    collect(child, visit)
  }
}

/** What the pattern asks for, in pieces: its own literals, and one member of each class of characters. */
export const unitsOf = ({ source }: Pattern): string[] => {
  const literals = source.match(/[a-zA-Z\d :;,=@/"'<>-]{1,12}/g) ?? []
  const classes = [
    ' ',
    '\t',
    '\n',
    'a',
    'A',
    'f',
    '0',
    '1',
    '_',
    '-',
    '.',
    '/',
    '\\',
    '"',
    "'",
    '%',
    '%41',
    ',',
  ]
  const others = [
    ';',
    '=',
    ':',
    '@',
    '(',
    '[',
    '{',
    '<',
    '*',
    '+',
    '&',
    '?',
    '!',
    '\u0085',
    '\u2028',
    '😀',
    'é',
  ]
  return [...new Set([...literals, ...classes, ...others])]
}
