import { type Node, parse } from './parse.ts'

/** The end of the deepest continuation: too many for the stack are not made. */
type Next = (at: number) => number

/** A search of all matches that counts what a backtracking engine does: each character that it looks at. */
export interface Counter {
  /** Matches as `String.prototype.matchAll` finds them, and the steps taken. */
  search(text: string): { matches: [at: number, end: number][]; steps: number }
}

/**
 * A plain backtracking matcher, as engines of JavaScript are, without their shortcuts: if it takes a number of steps
 * that grows with the text's length, so do they.
 */
export const createCounter = ({ source, ignoreCase }: RegExp): Counter => {
  const root = parse(source, ignoreCase)
  let text = ''
  let steps = 0

  const isWord = (at: number): boolean => /\w/.test(text[at] ?? '')

  /** Tries the branches one after the other. -1 for none. */
  const some = (branches: Node[][], at: number, back: boolean, next: Next): number => {
    for (const nodes of branches) {
      const end = sequence(nodes, back ? nodes.length - 1 : 0, at, back, next)
      if (end >= 0) return end
    }
    return -1
  }

  const sequence = (nodes: Node[], i: number, at: number, back: boolean, next: Next): number => {
    const node = nodes[i]
    return node === undefined
      ? next(at)
      : one(node, at, back, (end) => sequence(nodes, back ? i - 1 : i + 1, end, back, next))
  }

  const one = (node: Node, at: number, back: boolean, next: Next): number => {
    switch (node.type) {
      case 'char': {
        steps++
        const index = back ? at - 1 : at
        const char = text[index]
        return char !== undefined && node.matches(char) ? next(back ? at - 1 : at + 1) : -1
      }
      case 'group':
        return some(node.branches, at, back, next)
      case 'look': {
        const found = some(node.branches, at, node.behind, (end) => end) >= 0
        return found === node.negative ? -1 : next(at)
      }
      case 'start':
        return at === 0 ? next(at) : -1
      case 'end':
        return at === text.length ? next(at) : -1
      case 'boundary':
        steps++
        return isWord(at - 1) === isWord(at) ? -1 : next(at)
      case 'repeat':
        return node.node.type === 'char'
          ? run(node.node.matches, node.min, node.max, node.lazy, at, back, next)
          : repeat(node, 0, at, back, next)
    }
  }

  /** A repeated character, in a loop: texts are longer than stacks are deep. */
  const run = (
    matches: (char: string) => boolean,
    min: number,
    max: number,
    lazy: boolean,
    at: number,
    back: boolean,
    next: Next,
  ): number => {
    const step = back ? -1 : 1
    const fits = (count: number): boolean => {
      steps++
      const char = text[back ? at - count - 1 : at + count]
      return char !== undefined && matches(char)
    }
    let count = 0
    while (count < (lazy ? min : max) && fits(count)) count++
    if (count < min) return -1
    if (!lazy) {
      for (; count >= min; count--) {
        const end = next(at + step * count)
        if (end >= 0) return end
      }
      return -1
    }
    for (;;) {
      const end = next(at + step * count)
      if (end >= 0) return end
      if (count >= max || !fits(count)) return -1
      count++
    }
  }

  const repeat = (
    node: Extract<Node, { type: 'repeat' }>,
    count: number,
    at: number,
    back: boolean,
    next: Next,
  ): number => {
    const more = (): number =>
      count < node.max
        ? one(node.node, at, back, (end) =>
            // An empty turn beyond the least leads nowhere.
            end === at && count >= node.min ? -1 : repeat(node, count + 1, end, back, next),
          )
        : -1
    const enough = (): number => (count >= node.min ? next(at) : -1)
    const first = node.lazy ? enough() : more()
    return first >= 0 ? first : node.lazy ? more() : enough()
  }

  return {
    search: (input) => {
      text = input
      steps = 0
      const matches: [number, number][] = []
      for (let at = 0; at <= text.length; ) {
        const end = some(root, at, false, (reached) => reached)
        if (end < 0) {
          at++
        } else {
          matches.push([at, end])
          at = end > at ? end : at + 1
        }
      }
      return { matches, steps }
    },
  }
}
