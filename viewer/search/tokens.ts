/** A piece of a query. */
export interface Token {
  /** `quoted` is a word that is never `and`, `or`, `not` or `exists`. */
  kind: 'word' | 'quoted' | 'sign'
  text: string
  /** Where it begins, from 0. */
  at: number
}

const PIECE = /\s+|"((?:[^"\\]|\\.)*)"?|(!=|>=|<=|[=><~()])|([^\s"=><~()!]+|!)/gy

/** Cuts a query into pieces. A quotation without an end goes to the end: someone still types. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(PIECE)) {
    const [whole, quoted, sign, word] = match
    const at = match.index
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else if (whole.startsWith('"')) {
      tokens.push({ kind: 'quoted', text: (quoted ?? '').replaceAll(/\\(.)/g, '$1'), at })
    }
  }
  return tokens
}
