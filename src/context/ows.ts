const isOws = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index)
  return code === 0x20 || code === 0x09
}

/**
 * Removes the spaces and tabs around `text`: "optional whitespace" of RFC 9110 section 5.6.3.
 * Not `trim()`, which also accepts line ends and no-break spaces, and not a regular expression,
 * which takes quadratic time on inner runs of spaces.
 */
export const trimOws = (text: string): string => {
  let start = 0
  let end = text.length
  while (isOws(text, start)) {
    start++
  }
  while (end > start && isOws(text, end - 1)) {
    end--
  }
  return text.slice(start, end)
}
