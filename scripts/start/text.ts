const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const ZERO = /\p{M}/u
// A name from the network must not move the cursor, recolour the screen or reverse the line.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Puts text on one line and replaces what a terminal would act on instead of showing. */
export function clean(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(UNPRINTABLE, '\u{fffd}')
}

function cellsOf(character: string): number {
  if (ZERO.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** The terminal cells a printable text takes: 2 for wide characters, 0 for combining ones. */
export function cells(text: string): number {
  let total = 0
  for (const character of text) total += cellsOf(character)
  return total
}

/** Shortens to at most `width` cells; what is cut ends in `…`. */
export function shorten(text: string, width: number): string {
  if (cells(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    const next = used + cellsOf(character)
    if (next > width - 1) break
    kept += character
    used = next
  }
  return width > 0 ? `${kept}…` : ''
}

/** Shortens or fills with spaces to exactly `width` cells. */
export function pad(text: string, width: number): string {
  const short = shorten(text, width)
  return short + ' '.repeat(width - cells(short))
}
