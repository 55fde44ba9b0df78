import { quote } from '../otlp/json.ts'

// Legal in JSON, but some readers of lines break lines there: U+0085, U+2028, U+2029.
const LINE_BREAKS = /[\x85\u2028\u2029]/g

/** Escapes what is a line break to some, in a text that is JSON already. */
export const escapeLineBreaks = (json: string): string =>
  json.replace(LINE_BREAKS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** A JSON string that is safe in a line. Lone surrogates become U+FFFD. */
export const quoteInLine = (text: string): string => escapeLineBreaks(quote(text))
