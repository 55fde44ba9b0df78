/** Whether an `Accept` header prefers plain text to JSON (RFC 9110, section 12.5.1). Wildcards mean JSON. */
export function prefersText(accept = ''): boolean {
  const weight = (type: RegExp): number =>
    Math.max(
      0,
      ...accept
        .split(',')
        .filter((range) => type.test(range))
        .map((range) => Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)),
    )
  return weight(/^\s*text\/(plain|\*)/i) > weight(/^\s*application\/(.*json|\*)/i)
}
