/** A text of its own, not one that keeps the longer text alive which it was taken from, as engines' slices do. */
export const detach = (text: string): string => ` ${text}`.slice(1)

/** At most so many characters. What holds on to the result does not hold on to the rest. */
export const cut = (text: string, maxLength: number): string =>
  text.length > maxLength ? detach(text.slice(0, maxLength)) : text

/** Characters read beyond a cut: no secret of a known form that needs its end to be known is longer. */
const OVERLAP = 1024

/**
 * The beginning of a text without its secrets. Cut afterwards, since half a secret is not known as one, and still one;
 * read no further than it must be.
 *
 * @param longest Characters of the longest secret that is known only as a whole.
 */
export const redactedStart = (
  redact: (text: string) => string,
  text: string,
  maxLength: number,
  longest = 0,
): string => {
  const overlap = OVERLAP + longest
  const read = text.slice(0, maxLength + overlap)
  const redacted = redact(read)
  let unknown = 0
  if (text.length > read.length) {
    // What has stayed as it was at the end may be half of something.
    while (unknown < overlap && read.at(-1 - unknown) === redacted.at(-1 - unknown)) {
      unknown++
    }
  }
  return redacted.slice(0, Math.min(maxLength, redacted.length - unknown))
}
