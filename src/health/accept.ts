/** Whether an `Accept` header prefers plain text to JSON (RFC 9110, section 12.5.1). Wildcards mean JSON. */
export const prefersText = (accept = ''): boolean => {
  const weight = (type: RegExp): number => {
    let best = 0
    // One at a time: a long header has more ranges than a call can have arguments.
    for (const range of accept.split(',')) {
      if (type.test(range)) {
        best = Math.max(best, Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1))
      }
    }
    return best
  }
  return weight(/^\s*text\/(plain|\*)/i) > weight(/^\s*application\/(.*json|\*)/i)
}
