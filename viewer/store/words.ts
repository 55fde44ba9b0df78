import { entriesOf, type Packed, type PackedAttributes, textOf } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'

/**
 * The full-text index holds two kinds of words: those of names and values, and marks. A mark is the
 * hash of an exact property, as `service` and `shop`, so that every filter of a search, text or not,
 * is one query of one index. Marks begin with a character that no word can have.
 */
export type MarkKind =
  | 'attribute'
  | 'service'
  | 'route'
  | 'status'
  | 'http'
  | 'level'
  | 'name'
  /** A trace that a span links to. */
  | 'link'

const MARK = '\u{E000}'
const MAX_MARKED_ATTRIBUTES = 64
const MAX_TEXT_LENGTH = 4096

/** The word that stands for a property. */
export function mark(kind: MarkKind, value: string, key = ''): string {
  return MARK + hash53(`${kind}\0${key}\0${value}`).toString(36)
}

/** Collects what is indexed of one record. */
export class Words {
  readonly #marks: string[] = []
  readonly #text: string[] = []
  #textLength = 0

  mark(kind: MarkKind, value: string, key = ''): void {
    this.#marks.push(mark(kind, value, key))
  }

  text(text: string): void {
    const rest = MAX_TEXT_LENGTH - this.#textLength
    if (rest <= 0 || text === '') return
    this.#textLength += text.length
    this.#text.push(text.slice(0, rest).replaceAll(PRIVATE_USE, ' '))
  }

  attributes(attributes: PackedAttributes, withText = true): void {
    for (const [key, value] of entriesOf(attributes).slice(0, MAX_MARKED_ATTRIBUTES)) {
      this.mark('attribute', textOf(value), key)
      if (withText && isSearched(value)) this.text(textOf(value))
    }
  }

  toString(): string {
    return [...this.#marks, ...this.#text].join(' ')
  }
}

/** Finds the words that begin so, in lower case. */
export type Expand = (beginning: string) => string[]

/** The words of one of the indexes, the first hundred in the order of the alphabet. */
export function expander(sql: Sql, terms: 'span_terms' | 'log_terms'): Expand {
  return (beginning) =>
    sql
      .all(
        `SELECT term FROM ${terms} WHERE term >= ? AND term < ? LIMIT ?`,
        beginning,
        `${beginning}\u{10ffff}`,
        MAX_EXPANDED,
      )
      .map(({ term }) => String(term))
}

/**
 * What a search asks of the index: all marks and all words of the text. A word that ends with `*`
 * stands for those that begin so. They are looked up first, because the index's own search for
 * beginnings sorts all of its matches before the first is known.
 */
export function matchOf(marks: readonly string[], text: string, expand: Expand): string {
  const found = text.replaceAll(PRIVATE_USE, ' ').match(/[\p{L}\p{N}]+\*?/gu) ?? []
  const words = found.slice(0, 16).map((word) => {
    if (!word.endsWith('*')) return quoted(word)
    const terms = expand(word.slice(0, -1).toLowerCase())
    return `(${(terms.length ? terms : [NOTHING]).map(quoted).join(' OR ')})`
  })
  return [...marks.map(quoted), ...words].join(' AND ')
}

const MAX_EXPANDED = 100

/** A mark that no record has. */
const NOTHING = MARK

const quoted = (word: string): string => `"${word}"`

// Words are letters and digits. Private-use characters count as such, and are ours.
const PRIVATE_USE = /\p{Co}/gu

// Booleans and numbers are found by their attribute; as words they would be everywhere.
const isSearched = (value: Packed): boolean => typeof value === 'string'

/** A fast hash of 53 bits; two multiplicative hashes, mixed at the end. */
function hash53(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}
