/** Anything but printable ASCII without quote and backslash. */
const NEEDS_ESCAPE = /[^ !#-[\]-~]/

/** A character as JSON may write any. */
export const escapeCharacter = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A JSON string. Lone surrogates become U+FFFD: strict parsers refuse them. */
export const quote = (text: string): string =>
  // The test costs half of what JSON.stringify does on the short plain strings that telemetry is made of.
  NEEDS_ESCAPE.test(text)
    ? JSON.stringify(text.isWellFormed() ? text : text.toWellFormed())
    : `"${text}"`
