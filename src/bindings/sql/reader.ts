import { beginning, clause } from './clause.ts'
import { type Level, levelOf, type Place } from './level.ts'
import { Summarizer, type Summary } from './summary.ts'
import { type Dialect, SQLITE, type Token } from './tokens.ts'
import {
  BEFORE_KIND,
  BEFORE_TARGET,
  NEVER_NAME,
  PRECEDES_COLUMNS,
  PRECEDES_VALUE,
  STATEMENT,
} from './words.ts'

const isClosed = (text: string): boolean => text.startsWith("'") && text.split("'").length % 2 === 1

/**
 * Follows statements token by token, as far as it takes to tell values from names. A token in double quotes
 * is a string to SQLite wherever a value may stand and no column has that name, so it is taken for a name only where
 * nothing but a name can stand.
 */
export class Reader {
  readonly #dialect: Dialect
  readonly #summarizer = new Summarizer()
  #place: Place = 'start'
  #level: Level = levelOf('value')
  readonly #outer: Level[] = []
  /** The token before; words in capitals. */
  #before = ''
  /** The word that waits for what it creates, alters or drops. */
  #verb = ''
  /** The path of the target that is being read. */
  #path: string[] = []
  #isTable = true
  /** Whether the next parenthesis holds columns. */
  #hasColumns = false
  /** What a view or trigger will do is not done to its tables now. */
  #isDefinition = false
  /** Semicolons within its body do not end a trigger. */
  #isTrigger = false

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** Whether nothing is there that a sign could add to or subtract from. */
  get isOperandNext(): boolean {
    return this.#place !== 'after'
  }

  /**
   * Whether the token is a value. Neither spaces nor comments are to be read.
   *
   * @param isQualifier Whether it is a name wherever it stands, as where a dot follows.
   */
  read({ kind, text }: Token, isQualifier: boolean): boolean {
    if (text !== '.' && text !== '(' && this.#before !== '.') {
      this.#endTarget()
    }
    const hasColumns = this.#hasColumns
    this.#hasColumns = false
    const word = kind === 'word' ? text.toUpperCase() : ''
    const isValue = word
      ? this.#word(text, word)
      : kind === 'other'
        ? this.#punctuation(text, hasColumns)
        : this.#operand(kind, text, isQualifier)
    this.#before = word || text
    return isValue
  }

  end(): Summary {
    this.#endTarget()
    return this.#summarizer.result()
  }

  #operand(kind: Token['kind'], text: string, isQualifier: boolean): boolean {
    if ((kind === 'quoted' || kind === 'string') && this.#isName(kind, text, isQualifier)) {
      this.#name(text)
      return false
    }
    this.#place = 'after'
    return kind !== 'parameter'
  }

  #isName(kind: 'quoted' | 'string', text: string, isQualifier: boolean): boolean {
    const place = this.#place
    if (this.#isArgument) {
      return false
    }
    // SQLite takes strings for names too, but only where there is a table can there be no doubt about the meaning.
    if (kind === 'string') {
      return this.#dialect === SQLITE && place === 'target' && text.length > 2 && isClosed(text)
    }
    return (
      !text.startsWith('"') ||
      isQualifier ||
      this.#before === '.' ||
      place === 'name' ||
      place === 'target' ||
      place === 'common' ||
      (place === 'after' && this.#level.isNaming)
    )
  }

  #name(text: string): void {
    if (this.#before === '.') {
      if (this.#path.length) {
        this.#path.push(text)
      }
    } else if (this.#place === 'target') {
      this.#path = [text]
    } else if (this.#place === 'common') {
      this.#summarizer.common(text)
    }
    this.#hasColumns = this.#place === 'common' || this.#before === 'REFERENCES'
    this.#place = 'after'
  }

  #endTarget(): void {
    if (this.#path.length) {
      this.#summarizer.target(this.#path, this.#isTable && !this.#isDefinition)
      this.#path = []
      this.#isDefinition ||= /^(?:VIEW|TRIGGER)$/.test(this.#level.head)
    }
  }

  /** All words of a PRAGMA but its name are values. */
  get #isArgument(): boolean {
    const level = this.#outer[0] ?? this.#level
    return level.head === 'PRAGMA' && level.list === 'name'
  }

  #punctuation(text: string, hasColumns: boolean): false {
    const level = this.#level
    if (text === '.') {
      return false
    }
    if (level.head === 'PRAGMA') {
      level.list = 'name'
    }
    if (text === '(') {
      this.#open(hasColumns)
    } else if (text === ')') {
      this.#level = this.#outer.pop() ?? level
      this.#place = 'after'
    } else if (text === ',') {
      this.#place = level.list
      this.#isTable = true
      level.isNaming ||= level.list === 'target'
    } else if (text === ';') {
      this.#endStatement()
    } else {
      this.#place = 'value'
    }
    return false
  }

  #open(hasColumns: boolean): void {
    const isTarget = this.#path.length > 0
    const isListed = this.#level.list === 'target'
    this.#endTarget()
    const list: Place =
      hasColumns ||
      (isTarget && !isListed) ||
      PRECEDES_COLUMNS.test(this.#before) ||
      // Several columns that are set at once.
      (this.#before === ',' && this.#place === 'name')
        ? 'name'
        : this.#place === 'target'
          ? 'target'
          : 'value'
    this.#outer.push(this.#level)
    this.#level = levelOf(list)
    this.#place = list
  }

  #endStatement(): void {
    this.#level = levelOf('value')
    this.#outer.length = 0
    this.#place = 'start'
    if (!this.#isTrigger) {
      this.#isDefinition = false
      this.#summarizer.endStatement()
    }
  }

  #word(text: string, word: string): boolean {
    const place = this.#place
    const level = this.#level
    if (this.#isArgument) {
      return true
    }
    if (this.#before === '.') {
      this.#name(text)
    } else if (/^(?:name|target|common)$/.test(place) && !NEVER_NAME.test(word)) {
      if (!this.#isFiller(word)) {
        this.#name(text)
      }
    } else if (place === 'kind') {
      this.#kind(text, word)
    } else if (
      !level.head &&
      (place === 'start' || (place === 'after' && level.list === 'common')) &&
      (this.#dialect.statement ?? STATEMENT).test(word)
    ) {
      this.#begin(text, word)
    } else if (word === 'BEGIN' && this.#isTrigger && !this.#outer.length) {
      this.#endStatement()
    } else {
      return this.#inside(text, word)
    }
    return false
  }

  /** A word within a statement. */
  #inside(text: string, word: string): boolean {
    const place = this.#place
    if (word === 'SELECT') {
      this.#summarizer.operation(text, !this.#outer.length)
    }
    const next = clause(word, this.#level, this.#before, place)
    this.#isTable = true
    if (next) {
      this.#place = next
    } else if (place === 'start') {
      // QUERY PLAN may follow EXPLAIN; any other word begins what is not known.
      this.#place = /^(?:QUERY|PLAN)$/.test(word) ? place : 'value'
    } else {
      this.#place = place === 'value' && !PRECEDES_VALUE.test(word) ? 'after' : 'value'
      return place === 'value' && /^(?:TRUE|FALSE)$/.test(word)
    }
    return false
  }

  #begin(text: string, word: string): void {
    if (word === 'END' && this.#isTrigger) {
      this.#isTrigger = false
      return
    }
    this.#place = beginning(word, this.#level)
    this.#isTable = word !== 'PRAGMA'
    if (this.#place === 'kind') {
      this.#verb = text
    } else {
      this.#summarizer.operation(text, !this.#outer.length)
    }
    if (word === 'EXPLAIN') {
      this.#level.head = ''
      this.#place = 'start'
    }
  }

  #kind(text: string, word: string): void {
    if (BEFORE_KIND.test(word)) {
      return
    }
    const isKnown = /^(?:TABLE|VIEW|INDEX|TRIGGER)$/.test(word)
    const isCreated = this.#level.head === 'CREATE'
    this.#summarizer.operation(isKnown ? `${this.#verb} ${text}` : this.#verb, true)
    this.#isTable = /^(?:TABLE|VIEW)$/.test(word)
    this.#isTrigger = isCreated && word === 'TRIGGER'
    this.#level.head = isCreated ? word : this.#level.head
    this.#place = isKnown ? 'target' : 'value'
  }

  /** Words between what announces a name and the name. */
  #isFiller(word: string): boolean {
    return this.#place === 'target'
      ? BEFORE_TARGET.test(word) ||
          this.#before === 'OR' ||
          this.#dialect.beforeTarget?.test(word) === true
      : this.#place === 'common'
        ? word === 'RECURSIVE'
        : word === 'CONSTRAINT' || (this.#level.head === 'ALTER' && /^(?:COLUMN|TO)$/.test(word))
  }
}
