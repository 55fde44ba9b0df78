/** Something that could be better in what was received. */
export interface Note {
  /** Stable, as `deprecated-attribute`; with `subject` it is unique. */
  rule: string
  /** `problem`: something will not work. `advice`: it could be better. `info`: nothing is wrong. */
  level: 'problem' | 'advice' | 'info'
  signal: 'traces' | 'metrics' | 'logs' | 'resource'
  /** What it is about: an attribute's key, a span's or an instrument's name. */
  subject: string
  /** One sentence that says what was seen. */
  message: string
  /** What to do about it. */
  advice: string
  /** How many records of those looked at. */
  count: number
  services: string[]
  examples: NoteExample[]
}

/** Where to see it. Values are shortened, and those that look private are not shown. */
export interface NoteExample {
  traceId?: string
  spanId?: string
  metricId?: number
  logId?: number
}

type Wording = Pick<Note, 'level' | 'message' | 'advice'>

const MAX_EXAMPLES = 5
const MAX_NOTES = 200

/** Attributes looked at in all, and of one record. */
const MAX_ATTRIBUTES = 50_000
const MAX_ATTRIBUTES_OF_RECORD = 64

/** Collects notes, one for each rule and subject. */
export class Notes {
  readonly #notes = new Map<string, Note>()
  #attributesLeft = MAX_ATTRIBUTES

  /** Adds one sighting. `wording` is used when it is the first. */
  see(
    rule: string,
    signal: Note['signal'],
    subject: string,
    service: string,
    wording: () => Wording,
    example?: NoteExample,
  ): void {
    const key = JSON.stringify([rule, signal, subject])
    let note = this.#notes.get(key)
    if (!note) {
      if (this.#notes.size >= MAX_NOTES) return
      note = { rule, signal, subject, ...wording(), count: 0, services: [], examples: [] }
      this.#notes.set(key, note)
    }
    note.count++
    if (!note.services.includes(service) && note.services.length < 20) note.services.push(service)
    if (example && note.examples.length < MAX_EXAMPLES) note.examples.push(example)
  }

  /** Those of a record's attributes that are looked at: not all of all, if there are very many. */
  someOf<T>(attributes: readonly T[]): readonly T[] {
    const some = attributes.slice(0, Math.min(this.#attributesLeft, MAX_ATTRIBUTES_OF_RECORD))
    this.#attributesLeft -= some.length
    return some
  }

  /** Problems first, then what was seen most. */
  list(): Note[] {
    const levels = ['problem', 'advice', 'info']
    return [...this.#notes.values()].sort(
      (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.count - a.count,
    )
  }
}
