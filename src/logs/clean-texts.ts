import { detach } from '../base/cut.ts'

/** Texts that are remembered. */
const MAX_TEXTS = 128
/** Characters of one that is remembered. */
const MAX_TEXT = 4096

/** How a frame of a stack begins. */
const FRAME = '\n    at '

/**
 * Searches each stack once: the same error has the same stack again and again, and it is much to search. Only those are
 * remembered in which nothing was found, and all are forgotten when there are too many.
 */
export const searchOnce = (redact: (text: string) => string): ((text: string) => string) => {
  const clean = new Set<string>()
  return (text) => {
    const isStack = text.length <= MAX_TEXT && text.includes(FRAME)
    if (isStack && clean.has(text)) {
      return text
    }
    const redacted = redact(text)
    if (isStack && redacted === text) {
      if (clean.size >= MAX_TEXTS) {
        clean.clear()
      }
      clean.add(detach(text))
    }
    return redacted
  }
}
