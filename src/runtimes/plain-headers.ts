/** What it takes to read headers. */
export type ReadableHeaders = Pick<Headers, 'get' | 'has'>

/** What it takes to change headers. */
export type EditableHeaders = Pick<Headers, 'get' | 'set' | 'append' | 'delete'>

/** A value that stays as it is. */
const PLAIN_VALUE = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * Headers as an object, to be changed: those that stay keep their spelling and their order, and new ones follow by their
 * names, as `Headers` has them. Making `Headers` of them and comparing takes several times as long.
 */
export class PlainHeaders implements ReadableHeaders, EditableHeaders {
  #kept: Readonly<Record<string, string>>
  readonly #added = new Map<string, string>()

  constructor(plain: Readonly<Record<string, string>>) {
    this.#kept = plain
  }

  get(name: string): string | null {
    const key = name.toLowerCase()
    let value = this.#added.get(key) ?? null
    for (const own in this.#kept) {
      if (isSame(own, key)) {
        const text = normal(own, `${this.#kept[own]}`)
        value = value === null ? text : `${value}, ${text}`
      }
    }
    return value
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }

  /** @throws {TypeError} for a value that no header may have. */
  set(name: string, value: string): void {
    this.#put(name, normal(name, value))
  }

  /** @throws {TypeError} the same. */
  append(name: string, value: string): void {
    const before = this.get(name)
    const text = normal(name, value)
    this.#put(name, before === null ? text : `${before}, ${text}`)
  }

  #put(name: string, text: string): void {
    this.delete(name)
    this.#added.set(name.toLowerCase(), text)
  }

  delete(name: string): void {
    if (this.has(name)) {
      const key = name.toLowerCase()
      const kept = Object.entries(this.#kept).filter(([own]) => !isSame(own, key))
      this.#kept = Object.fromEntries(kept)
      this.#added.delete(key)
    }
  }

  toObject(): Record<string, string> {
    return { ...this.#kept, ...Object.fromEntries([...this.#added].toSorted(byName)) }
  }
}

/** To compare lengths first saves a string for most. */
const isSame = (name: string, key: string): boolean =>
  name.length === key.length && name.toLowerCase() === key

/** As `Headers` takes it: without white space around it. */
const normal = (name: string, value: string): string =>
  PLAIN_VALUE.test(value) ? value : (new Headers([[name, value]]).get(name) ?? '')

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)
