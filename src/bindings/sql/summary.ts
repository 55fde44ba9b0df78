/** Semantic conventions, "Generating a summary of the query". */
const MAX_SUMMARY_LENGTH = 255

export interface Summary {
  /** The same for all texts that do the same to the same tables, such as `INSERT sales SELECT orders`. */
  summary: string | undefined
  /** In capitals, such as `SELECT` or `CREATE TABLE`; `EXEC` for several, or none that is known. */
  operation: string
  /** The table, without quotes, when there is only one. */
  collection: string | undefined
}

/** A name as SQLite knows it. */
const unquote = (name: string): string => {
  const quote = name[0] as string
  return quote === '['
    ? name.slice(1, -1)
    : /["'`]/.test(quote)
      ? name.slice(1, -1).replaceAll(quote + quote, quote)
      : name
}

/** Collects what is done, and to what, in the order of the text. */
export class Summarizer {
  #summary = ''
  #isFull = false
  readonly #operations = new Set<string>()
  /** Of the statement that is being read; the outermost counts. */
  #operation: string | undefined
  #isOutermost = false
  /** By their names in lower case, as SQLite compares them. */
  readonly #tables = new Map<string, string>()
  readonly #common = new Set<string>()

  operation(written: string, isOutermost: boolean): void {
    this.#add(written)
    if (!this.#operation || (isOutermost && !this.#isOutermost)) {
      this.#operation = written.toUpperCase()
      this.#isOutermost = isOutermost
    }
  }

  /** A common table expression, which is no table. */
  common(written: string): void {
    this.#common.add(unquote(written).toLowerCase())
  }

  /** @param path The name as it is written, the schema first. */
  target(path: readonly string[], isTable: boolean): void {
    const name = path.map(unquote).join('.')
    const key = name.toLowerCase()
    if (this.#common.has(key)) {
      return
    }
    this.#add(path.join('.'))
    if (isTable && !this.#tables.has(key)) {
      this.#tables.set(key, name)
    }
  }

  endStatement(): void {
    if (this.#operation) {
      this.#operations.add(this.#operation)
    }
    this.#operation = undefined
    this.#isOutermost = false
    this.#common.clear()
  }

  result(): Summary {
    this.endStatement()
    const [operation = ''] = this.#operations
    const [collection] = this.#tables.values()
    return {
      summary: this.#summary || undefined,
      operation: this.#operations.size === 1 ? operation : 'EXEC',
      collection: this.#tables.size === 1 ? collection : undefined,
    }
  }

  /** Not within a name: what does not fit ends it. */
  #add(part: string): void {
    const longer = this.#summary ? `${this.#summary} ${part}` : part
    this.#isFull ||= longer.length > MAX_SUMMARY_LENGTH
    if (!this.#isFull) {
      this.#summary = longer
    }
  }
}
