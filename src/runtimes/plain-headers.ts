/** What it takes to change headers. */
export type EditableHeaders = Pick<Headers, 'get' | 'set' | 'append' | 'delete'>

/** A value that stays as it is. */
const PLAIN_VALUE = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * Headers as an object, to be changed: those that stay keep their spelling and their order, and new ones follow by their
 * names, as `Headers` has them. Making `Headers` of them and comparing takes several times as long.
 */
export class PlainHeaders implements EditableHeaders {
  readonly #kept: Map<string, [name: string, value: string]>
  readonly #added = new Map<string, string>()

  constructor(plain: Readonly<Record<string, string>>) {
    this.#kept = new Map()
    for (const [name, value] of Object.entries(plain)) {
      const key = name.toLowerCase()
      const before = this.#kept.get(key)
      this.#kept.set(key, before ? [before[0], `${before[1]}, ${value}`] : [name, `${value}`])
    }
  }

  get(name: string): string | null {
    const key = name.toLowerCase()
    return this.#added.get(key) ?? this.#kept.get(key)?.[1] ?? null
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
    const key = name.toLowerCase()
    this.#kept.delete(key)
    this.#added.delete(key)
  }

  toObject(): Record<string, string> {
    return Object.fromEntries([...this.#kept.values(), ...[...this.#added].toSorted(byName)])
  }
}

/** As `Headers` takes it: without white space around it. */
const normal = (name: string, value: string): string =>
  PLAIN_VALUE.test(value) ? value : (new Headers([[name, value]]).get(name) ?? '')

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1)
