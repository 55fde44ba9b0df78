import { detach } from '../../base/cut.ts'

export interface Bounds {
  /** Texts that are remembered. */
  readonly count: number
  /** Characters of all of them together; a text of more than an eighth of that is not remembered. */
  readonly length: number
}

/** Answers for texts that come again and again; the oldest make room. What is kept is private to the isolate. */
export const rememberByText = <T>(
  answer: (text: string) => T,
  bounds: Bounds,
): ((text: string) => T) => {
  const known = new Map<string, T>()
  let length = 0
  return (text) => {
    const remembered = known.get(text)
    if (remembered) {
      return remembered
    }
    if (text.length * 8 > bounds.length) {
      return answer(text)
    }
    // Of its own, so that nothing larger is kept alive by it, or by what is cut out of it.
    const own = detach(text)
    const fresh = answer(own)
    known.set(own, fresh)
    length += own.length
    for (const [oldest] of known) {
      if (known.size <= bounds.count && length <= bounds.length) {
        break
      }
      known.delete(oldest)
      length -= oldest.length
    }
    return fresh
  }
}
