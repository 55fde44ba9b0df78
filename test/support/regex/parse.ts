/** What a part of a pattern is, as far as ours are written. */
export type Node =
  | { type: 'char'; matches: (char: string) => boolean }
  | { type: 'group'; index: number | undefined; branches: Node[][] }
  | { type: 'look'; behind: boolean; negative: boolean; branches: Node[][] }
  | { type: 'repeat'; node: Node; min: number; max: number; lazy: boolean }
  | { type: 'start' | 'end' | 'boundary' }

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /\d/,
  D: /\D/,
  w: /\w/,
  W: /\W/,
  s: /\s/,
  S: /\S/,
}

/** Parses the source of a regular expression. Throws for what it does not know, so that no pattern is misread. */
export const parse = (source: string, ignoreCase: boolean): Node[][] => {
  let at = 0
  let groups = 0

  const literal = (text: string): Node => {
    const lower = text.toLowerCase()
    return {
      type: 'char',
      matches: ignoreCase ? (char) => char.toLowerCase() === lower : (char) => char === text,
    }
  }

  const wide = (test: (char: string) => boolean): Node => ({
    type: 'char',
    matches: ignoreCase
      ? (char) => test(char) || test(char.toLowerCase()) || test(char.toUpperCase())
      : test,
  })

  const branches = (): Node[][] => {
    const all: Node[][] = [[]]
    while (at < source.length && source[at] !== ')') {
      if (source[at] === '|') {
        at++
        all.push([])
      } else {
        all.at(-1)?.push(quantified(atom()))
      }
    }
    return all
  }

  const quantified = (node: Node): Node => {
    const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(source.slice(at, at + 12))
    if (!match) return node
    at += match[0].length
    const lazy = source[at] === '?'
    if (lazy) at++
    const [mark, from, comma, to] = match
    const min = from === undefined ? (mark === '+' ? 1 : 0) : Number(from)
    const max =
      from === undefined
        ? mark === '?'
          ? 1
          : Number.POSITIVE_INFINITY
        : comma
          ? to
            ? Number(to)
            : Number.POSITIVE_INFINITY
          : min
    return { type: 'repeat', node, min, max, lazy }
  }

  const atom = (): Node => {
    const char = source[at++] as string
    switch (char) {
      case '(':
        return group()
      case '[': {
        const match = /^(?:\\.|[^\]\\])*/.exec(
          source.slice(source[at] === '^' && source[at + 1] === ']' ? at : at),
        )
        const inner = match?.[0] ?? ''
        at += inner.length + 1
        const test = new RegExp(`[${inner}]`)
        return wide((each) => test.test(each))
      }
      case '.':
        return { type: 'char', matches: (each) => !/[\n\r\u2028\u2029]/.test(each) }
      case '^':
        return { type: 'start' }
      case '$':
        return { type: 'end' }
      case '\\':
        return escaped()
      case '*':
      case '+':
      case '?':
        throw new SyntaxError(`Cannot parse ${char} at ${at}: ${source}`)
      default:
        return literal(char)
    }
  }

  const escaped = (): Node => {
    const char = source[at++] as string
    if (char === 'b') return { type: 'boundary' }
    const known = CLASSES[char]
    if (known) return wide((each) => known.test(each))
    const code = /^(?:u([\da-f]{4})|x([\da-f]{2}))/i.exec(source.slice(at - 1, at + 4))
    if (code) {
      at += code[0].length - 1
      return literal(String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16)))
    }
    if (char === 'n' || char === 'r' || char === 't') {
      return literal({ n: '\n', r: '\r', t: '\t' }[char])
    }
    if (/[\w]/.test(char)) throw new SyntaxError(`Cannot parse \\${char}: ${source}`)
    return literal(char)
  }

  const group = (): Node => {
    const kind = /^\?(?:[:=!]|<[=!])/.exec(source.slice(at, at + 3))?.[0]
    at += kind?.length ?? 0
    const index = kind ? undefined : ++groups
    const inner = branches()
    if (source[at++] !== ')') throw new SyntaxError(`Cannot parse a group: ${source}`)
    return kind && kind !== '?:'
      ? { type: 'look', behind: kind.includes('<'), negative: kind.endsWith('!'), branches: inner }
      : { type: 'group', index, branches: inner }
  }

  const all = branches()
  if (at !== source.length) throw new SyntaxError(`Cannot parse at ${at}: ${source}`)
  return all
}
