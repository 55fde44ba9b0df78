import type { Context } from '@opentelemetry/api'

/**
 * An immutable list of key–value nodes. The API's own context copies a `Map` on every write; a
 * request writes once or twice and reads a handful of times, so one small object per write is cheaper.
 */
class LinkedContext implements Context {
  readonly #parent: LinkedContext | undefined
  readonly #key: symbol | undefined
  readonly #value: unknown

  constructor(parent?: LinkedContext, key?: symbol, value?: unknown) {
    this.#parent = parent
    this.#key = key
    this.#value = value
  }

  getValue(key: symbol): unknown {
    for (let node: LinkedContext | undefined = this; node; node = node.#parent) {
      if (node.#key === key) {
        return node.#value
      }
    }
    return undefined
  }

  setValue(key: symbol, value: unknown): Context {
    // Dropping the old entry first keeps a chain no longer than the number of distinct keys,
    // however deep spans nest.
    return new LinkedContext(this.deleteValue(key), key, value)
  }

  deleteValue(key: symbol): LinkedContext {
    const parent = this.#parent
    if (parent === undefined) {
      return this
    }
    if (this.#key === key) {
      return parent
    }
    const rest = parent.deleteValue(key)
    return rest === parent ? this : new LinkedContext(rest, this.#key, this.#value)
  }
}

/** The context with no values, at the start of every chain. */
export const ROOT: Context = /* @__PURE__ */ new LinkedContext()
