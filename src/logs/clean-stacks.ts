import { detach } from '../base/cut.ts'

/** Stacks that are remembered. */
const MAX_STACKS = 100
/** Characters of one that is remembered. */
const MAX_STACK = 4096

/**
 * Searches each stack once: the same error has the same one again and again, and it is much to search. Only those are
 * remembered in which nothing was found; the oldest make room.
 */
export const searchStacksOnce = (redact: (text: string) => string): ((text: string) => string) => {
  const clean = new Set<string>()
  return (text) => {
    if (!text.includes('\n    at ') || text.length > MAX_STACK) {
      return redact(text)
    }
    if (clean.has(text)) {
      return text
    }
    const redacted = redact(text)
    if (redacted === text) {
      for (const oldest of clean) {
        if (clean.size < MAX_STACKS) {
          break
        }
        clean.delete(oldest)
      }
      clean.add(detach(text))
    }
    return redacted
  }
}
