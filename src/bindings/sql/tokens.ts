/** Whose rules a statement is read by. */
export type Dialect = 'sqlite' | 'postgresql' | 'mysql'

/** What a token is to the database. */
const KINDS = [
  'space',
  'comment',
  'string',
  'quoted',
  'parameter',
  'number',
  'word',
  'other',
] as const

export type TokenKind = (typeof KINDS)[number]

export interface Token {
  kind: TokenKind
  text: string
}

// A group for each kind, in their order. What begins like a token is one, to the end of the text if need be, so nothing
// is read twice. A number or a name goes on for as long as a name could. A quote is closed by one that is not doubled;
// one that is never closed may begin anything: a string.

/** SQLite's, from the tokenizer of its source, `tokenize.c`. */
export const TOKEN: RegExp =
  /(\s+)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(x?'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*$|`(?:[^`]|``)*$|\[[^\]]*$)|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(\?\d*|[:@$#][\w$\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*)|([a-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/gi

/**
 * PostgreSQL's, "Lexical Structure": strings between dollars and with backslashes, casts, subscripts. What is in a
 * comment within a comment may be a value: that comment goes on to the end of the text.
 */
export const POSTGRESQL_TOKEN: RegExp =
  /(\s+)|(--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*))*(?:\*\/|\/\*[\s\S]*|$))|([eE]'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)|(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*(?:'|$)|\$\$[\s\S]*?(?:\$\$|$)|\$(?=([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)\$)[\s\S]*?\$[\s\S]*?(?:\$\4\$|$)|"(?:[^"]|"")*$)|("(?:[^"]|"")*")|(\$\d+|\?|::?[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:[eE][+-]?\d+)?[\w$\x80-\uffff]*)|([A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/g

/** MySQL's and MariaDB's, "Language Structure": double quotes are strings, and backslashes escape. */
export const MYSQL_TOKEN: RegExp =
  /(\s+)|(#[^\n]*|--(?=\s|$)[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|([bnx]?'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]?|"")*(?:"|$)|`(?:[^`]|``)*$)|(`(?:[^`]|``)*`)|(\?|:[a-z_][\w$]*|@@?[\w$.\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*)|([a-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/gi

const PATTERNS: Readonly<Record<Dialect, RegExp>> = {
  sqlite: TOKEN,
  postgresql: POSTGRESQL_TOKEN,
  mysql: MYSQL_TOKEN,
}

/** Where PostgreSQL's pattern has one group more, for the name between two dollars. */
const POSTGRESQL_KINDS: readonly TokenKind[] = [
  'space',
  'comment',
  'string',
  'string',
  ...KINDS.slice(3),
]

/** The tokens of a statement, which together are its text. */
export const tokensOf = (text: string, dialect: Dialect = 'sqlite'): Token[] => {
  const kinds = dialect === 'postgresql' ? POSTGRESQL_KINDS : KINDS
  return Array.from(text.matchAll(PATTERNS[dialect]), ([token, ...groups]) => ({
    text: token,
    kind: kinds[groups.indexOf(token)] as TokenKind,
  }))
}
