import type { Attributes } from '@opentelemetry/api'
import { boundValue } from '../base/bound-value.ts'
import { cut } from '../base/cut.ts'
import { readProperty } from '../base/thrown.ts'

/** Says which attribute keys a stream keeps. */
export type KeyFilter = (key: string) => boolean

/** Attributes of one set. */
const MAX_ATTRIBUTES = 128
/** Characters of a key and of a value. A series lives long, and there may be thousands. */
const MAX_LENGTH = 1024

/**
 * A copy of an attribute set: sorted by key, entries without a value left out, what is too long cut. Never throws:
 * what cannot be read is left out.
 */
export const attributeEntries = (
  attributes: Attributes | undefined,
  keeps: KeyFilter = () => true,
): [string, unknown][] => {
  const entries: [string, unknown][] = []
  for (const key of keysOf(attributes)) {
    const value = keeps(key) ? readProperty(attributes, key) : undefined
    if (value !== undefined && value !== null && typeof value !== 'function') {
      try {
        entries.push([cut(key, MAX_LENGTH), boundValue(value, MAX_LENGTH)])
      } catch {
        // A proxy that has been revoked, a getter deep in it.
      }
    }
  }
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MAX_ATTRIBUTES)
}

const keysOf = (attributes: unknown): string[] => {
  try {
    return typeof attributes === 'object' && attributes ? Object.keys(attributes) : []
  } catch {
    return []
  }
}

/** The same as plain data, for sets that cannot be read as they are. */
export const readableAttributes = (attributes: Attributes | undefined): Attributes =>
  Object.fromEntries(attributeEntries(attributes)) as Attributes

/** Text that is equal for equal attribute sets only. */
export const attributeKey = (entries: readonly [string, unknown][]): string =>
  entries.map(([key, value]) => `${JSON.stringify(key)}:${valueKey(value)}`).join()

const valueKey = (value: unknown): string => {
  // Numbers as text, because JSON has no NaN and no infinities.
  if (typeof value === 'number') {
    return String(value)
  }
  return typeof value === 'bigint' || typeof value === 'object'
    ? JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? `${item}n` : item))
    : JSON.stringify(value)
}

/**
 * Finds what belongs to an attribute set without allocating, sorting or building text: a tree of keys
 * and values, in the order in which the caller's object has them. An equal set in another order takes
 * another path to the same leaf. Sets with arrays are never found: an array's identity says nothing
 * about its contents. Nor are those with something long in them, which would be kept in full.
 */
export class AttributeIndex<T> {
  #root = new Node<T>()
  #leaves = 0
  readonly #maxLeaves: number
  readonly #keeps: KeyFilter | undefined

  /** `maxLeaves` bounds memory: n keys have n! orders. */
  constructor(maxLeaves: number, keeps: KeyFilter | undefined) {
    this.#maxLeaves = maxLeaves
    this.#keeps = keeps
  }

  find(attributes: Attributes | undefined): T | undefined {
    const keeps = this.#keeps
    let node: Node<T> | undefined = this.#root
    for (const key in attributes) {
      if (keeps && !keeps(key)) {
        continue
      }
      node = node.step(key)?.step(attributes[key])
      if (!node) {
        return undefined
      }
    }
    return node.leaf
  }

  add(attributes: Attributes | undefined, leaf: T): void {
    if (this.#leaves >= this.#maxLeaves) {
      this.clear()
    }
    this.#leaves++
    let node = this.#root
    for (const key in attributes) {
      if (this.#keeps && !this.#keeps(key)) {
        continue
      }
      const value = attributes[key]
      if (typeof value === 'object' && value) {
        return
      }
      if (key.length > MAX_LENGTH || (typeof value === 'string' && value.length > MAX_LENGTH)) {
        return
      }
      node = node.grow(key).grow(value)
    }
    node.leaf = leaf
  }

  clear(): void {
    this.#root = new Node()
    this.#leaves = 0
  }
}

class Node<T> {
  leaf: T | undefined = undefined
  #first: unknown = undefined
  #firstChild: Node<T> | undefined = undefined
  #children: Map<unknown, Node<T>> | undefined = undefined

  step(token: unknown): Node<T> | undefined {
    // Most keys and many values are the only ones at their place: comparing costs half of a look-up.
    return this.#first === token && this.#firstChild ? this.#firstChild : this.#children?.get(token)
  }

  grow(token: unknown): Node<T> {
    let child = this.step(token)
    if (!child) {
      child = new Node()
      if (this.#firstChild) {
        this.#children ??= new Map()
        this.#children.set(token, child)
      } else {
        this.#first = token
        this.#firstChild = child
      }
    }
    return child
  }
}
