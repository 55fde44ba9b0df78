/** Characters of one event; Cloudflare keeps 256 kB of the logs of an invocation. */
const LONGEST = 4_194_304

/**
 * Takes a stream of text apart into the JSON objects in it, on one line or on many, with anything between them. One that
 * is longer than `longest` characters, or has an end of line in a string, is none, and what comes after it is read.
 *
 * @returns Takes the next part of the stream.
 */
export const jsonTexts = (
  take: (json: string) => void,
  longest: number = LONGEST,
): ((part: string) => void) => {
  let text = ''
  let depth = 0
  let isString = false
  let isEscaped = false

  const forget = (): void => {
    text = ''
    depth = 0
    isString = false
    isEscaped = false
  }

  return (part) => {
    let from = 0
    for (let i = 0; i < part.length; i++) {
      const char = part[i]
      if (depth > 0 && text.length + i - from >= longest) {
        forget()
      }
      if (isString) {
        if (char === '\n') {
          forget()
        } else if (isEscaped) {
          isEscaped = false
        } else if (char === '\\') {
          isEscaped = true
        } else if (char === '"') {
          isString = false
        }
      } else if (char === '{') {
        if (depth === 0) {
          from = i
        }
        depth++
      } else if (depth > 0 && char === '"') {
        isString = true
      } else if (depth > 0 && char === '}') {
        depth--
        if (depth === 0) {
          take(text + part.slice(from, i + 1))
          forget()
        }
      }
    }
    if (depth > 0) {
      text += part.slice(from)
    }
  }
}
