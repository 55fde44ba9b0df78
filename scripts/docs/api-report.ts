import { globSync, readFileSync } from 'node:fs'
import { basename, posix } from 'node:path'

/**
 * What each entry of the package exports, with its types, as text: a changed signature shows in a diff. Declarations
 * are taken from the sources as they are (they must say their types for JSR), bodies and comments left out, with those
 * that they mention.
 */
export const apiReports = (): [string, string][] =>
  [['index', 'src/index.ts'], ...entries()].map(([name, file]) => [
    `api/${name}.txt`,
    reportOf(name as string, file as string),
  ])

const root = new URL('../../', import.meta.url)

const entries = (): [string, string][] =>
  globSync('src/entries/*.ts', { cwd: root })
    .map((file): [string, string] => [basename(file, '.ts'), file.replaceAll('\\', '/')])
    .toSorted()

const sources = new Map<string, string>()

/** Without comments. */
const read = (file: string): string => {
  let source = sources.get(file)
  if (source === undefined) {
    source = readFileSync(new URL(file, root), 'utf8').replace(
      /^[ \t]*\/\*[\s\S]*?\*\/\n?|\/\*[\s\S]*?\*\/|^\s*\/\/.*\n/gm,
      '',
    )
    sources.set(file, source)
  }
  return source
}

/** Where a name of a module comes from: another module, or here. */
const originOf = (file: string, name: string): { file: string; name: string } | undefined => {
  for (const [, list = '', from = ''] of read(file).matchAll(
    /^(?:import|export)(?: type)? \{([^}]*)\} from '(\.[^']+)'/gm,
  )) {
    for (const item of list.split(',')) {
      const [original = '', alias = original] = item
        .trim()
        .replace(/^type /, '')
        .split(' as ')
      if (alias === name) {
        return { file: posix.join(posix.dirname(file), from), name: original }
      }
    }
  }
  return undefined
}

/** The declaration of a name, cut off before its body. */
const declarationOf = (file: string, name: string): string | undefined => {
  const source = read(file)
  const start = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|function|class|interface|type|enum) ${name}\\b`,
    'm',
  ).exec(source)
  if (!start) {
    return undefined
  }
  const rest = source.slice(start.index)
  const text = rest.slice(0, endOf(rest))
  const kind = /\b(const|let|function|class|interface|type|enum)\b/.exec(text)?.[1]
  const shown =
    kind === 'const' || kind === 'let'
      ? text.replace(/ =(?!>)[\s\S]*$/, (value) => signatureIn(text, value))
      : kind === 'function'
        ? text.replace(/ \{\n[\s\S]*$/, '')
        : kind === 'class'
          ? membersOf(text)
          : text
  return shown
    .replace(/^export /, '')
    .replace(/\n\s*\n/g, '\n')
    .trimEnd()
}

/** A constant that says its type needs no value; of a function, all up to the arrow is its type. */
const signatureIn = (text: string, value: string): string =>
  /^[^=]*?: /.test(text.slice(0, text.length - value.length)) ? '' : value.slice(0, arrowOf(value))

/** Where the body of an arrow function begins: parameters may be functions, whose arrows are within brackets. */
const arrowOf = (value: string): number => {
  let depth = 0
  for (let i = 0; i < value.length; i++) {
    if ('([{'.includes(value.charAt(i))) {
      depth++
    } else if (')]}'.includes(value.charAt(i))) {
      depth--
    } else if (depth === 0 && value.startsWith(' =>', i)) {
      return i
    }
  }
  return value.length
}

/** Public members of a class, without their bodies. */
const membersOf = (text: string): string =>
  text
    .split('\n')
    .filter(
      (line, index) =>
        !index ||
        line === '}' ||
        /^ {2}(?!#|readonly #|async #|static #|\/|\}|private)\S/.test(line),
    )
    .map((line) => line.replace(/ \{$/, (end) => (line.startsWith('  ') ? '' : end)))
    .join('\n')

/** A statement at the top level ends before the next one. */
const endOf = (rest: string): number => {
  const next =
    /\n(?=(?:export|import|const|let|function|class|interface|type|async|declare|abstract|enum)\b)/g
  next.lastIndex = 1
  return next.exec(rest)?.index ?? rest.length
}

const exportsOf = (file: string): string[] =>
  [
    ...[...read(file).matchAll(/^export(?: type)? \{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').map((item) =>
        item
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
      ),
    ),
    ...[
      ...read(file).matchAll(
        /^export (?:const|function|class|interface|type|abstract class|async function) (\w+)/gm,
      ),
    ].map(([, name = '']) => name),
  ].filter(Boolean)

const reportOf = (entry: string, file: string): string => {
  const exported = [...new Set(exportsOf(file))].toSorted()
  const shown = new Map<string, string>()
  const visit = (from: string, name: string): void => {
    const origin = originOf(from, name)
    if (origin) {
      visit(origin.file, origin.name)
      return
    }
    const key = `${from} ${name}`
    const text = shown.has(key) ? undefined : declarationOf(from, name)
    if (text === undefined) {
      return
    }
    shown.set(key, text)
    for (const [word] of text.matchAll(/\b[A-Z]\w+\b/g)) {
      visit(from, word)
    }
  }
  for (const name of exported) {
    visit(file, name)
  }
  return [
    `// What \`hono-observability${entry === 'index' ? '' : `/${entry}`}\` exports. Made by \`npm run generate\`; not compiled.`,
    `// exports: ${exported.join(', ')}`,
    ...[...shown].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text),
    '',
  ].join('\n\n')
}
