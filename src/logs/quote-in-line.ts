import { escapeCharacter, quote } from '../base/quote.ts'

// Legal in JSON, but some readers of lines break lines there (U+0085, U+2028, U+2029), and terminals take the others
// for commands (U+009B is an escape sequence's start).
const UNSAFE = /[\x7f-\x9f\u2028\u2029]/g

/** A JSON string that is safe in a line. Lone surrogates become U+FFFD. */
export const quoteInLine = (text: string): string => quote(text).replace(UNSAFE, escapeCharacter)
