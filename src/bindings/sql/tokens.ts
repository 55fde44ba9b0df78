/** What a token is to SQLite, whose tokens these are: the tokenizer of its source, `tokenize.c`. */
export type TokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'quoted'
  | 'parameter'
  | 'number'
  | 'word'
  | 'other'

export interface Token {
  kind: TokenKind
  text: string
}

// Every alternative takes what it began, to the end of the text if need be: nothing is read twice. A number or a name
// goes on for as long as a name could. A quote is closed by one that is not doubled; the groups tell those that are not.
const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|x?'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|($))|`(?:[^`]|``)*(?:`|($))|\[[^\]]*(?:\]|($))|\?\d*|[:@$#][\w$\x80-\uffff]*|(?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*|[a-z_\x80-\uffff][\w$\x80-\uffff]*|[\s\S]/gi

const kindOf = (text: string): TokenKind => {
  const first = text[0] as string
  if (text.length > 1 && (text.startsWith('--') || text.startsWith('/*'))) {
    return 'comment'
  }
  if (first === "'" || /^x'/i.test(text)) {
    return 'string'
  }
  if (/["`[]/.test(first)) {
    return 'quoted'
  }
  if (/[?:@$#]/.test(first)) {
    return 'parameter'
  }
  if (/^\.?\d/.test(text)) {
    return 'number'
  }
  return /\s/.test(first) ? 'space' : /[a-z_\x80-\uffff]/i.test(first) ? 'word' : 'other'
}

/** The tokens of a statement, which together are its text. A quote that is never closed may begin anything: a string. */
export const tokensOf = (text: string): Token[] =>
  Array.from(text.matchAll(TOKEN), (match) => ({
    text: match[0],
    kind: (match[1] ?? match[2] ?? match[3]) === undefined ? kindOf(match[0]) : ('string' as const),
  }))
