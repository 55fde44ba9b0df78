import { double, type Json, jsonDouble } from './shape.ts'
import type { Packed, PackedAttributes } from './value.ts'

/** Attributes of one span, event, link, log record or point. */
export const MAX_ATTRIBUTES = 512

/** Characters of one string. */
export const MAX_STRING_LENGTH = 32_768

/** Levels of lists and maps within a value. */
export const MAX_VALUE_DEPTH = 16

/** Characters of all strings of one record, its events and links included; values also count. */
export const MAX_RECORD_LENGTH = 262_144

/** Events, links or exemplars of one record. */
export const MAX_PARTS = 1024

/** Keeps one record within its limits, and knows whether something had to go. */
export class Budget {
  shortened = false
  #left = MAX_RECORD_LENGTH

  /** A string, cut where it is too long. Anything else is ''. */
  string(value: unknown, maxLength: number = MAX_STRING_LENGTH): string {
    if (typeof value !== 'string') return ''
    const length = Math.min(maxLength, this.#left)
    if (value.length > length) this.shortened = true
    const text = (value.length > length ? value.slice(0, length) : value).toWellFormed()
    this.#left -= text.length
    return text
  }

  /** The first so many of a list. */
  first(items: unknown[], max: number = MAX_PARTS): unknown[] {
    if (items.length <= max) return items
    this.shortened = true
    return items.slice(0, max)
  }

  attributes(value: unknown, depth = 0): PackedAttributes {
    const packed: PackedAttributes = []
    if (!Array.isArray(value)) return packed
    for (const item of this.first(value, MAX_ATTRIBUTES)) {
      const { key, value: any } = (item ?? {}) as Json
      if (typeof key !== 'string') continue
      if (!this.#take(8)) break
      packed.push(this.string(key, 1024), this.value(any, depth))
    }
    return packed
  }

  value(any: unknown, depth = 0): Packed {
    if (typeof any !== 'object' || any === null) return null
    const value = any as Json
    if (typeof value.stringValue === 'string') return this.string(value.stringValue)
    if (typeof value.boolValue === 'boolean') return value.boolValue
    if (value.intValue !== undefined) return packInteger(value.intValue)
    if (value.doubleValue !== undefined) return packDouble(double(value.doubleValue))
    if (typeof value.bytesValue === 'string') return { b: this.string(value.bytesValue) }
    const container = (value.arrayValue ?? value.kvlistValue) as Json | undefined
    if (typeof container !== 'object' || container === null) return null
    if (depth >= MAX_VALUE_DEPTH) {
      this.shortened = true
      return null
    }
    if (value.arrayValue === undefined) return { m: this.attributes(container.values, depth + 1) }
    const values = Array.isArray(container.values) ? container.values : []
    const kept: Packed[] = []
    for (const item of values) {
      if (!this.#take(4)) break
      kept.push(this.value(item, depth + 1))
    }
    return kept
  }

  #take(length: number): boolean {
    if (this.#left < length) {
      this.shortened = true
      return false
    }
    this.#left -= length
    return true
  }
}

/** An integer: a number below 2^53, otherwise `{ i }`. */
export function packInteger(value: unknown): Packed {
  const isNumber = typeof value === 'number' && Number.isInteger(value)
  if (!isNumber && !(typeof value === 'string' && /^-?\d{1,19}$/.test(value))) return null
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number
  const exact = BigInt(value)
  return exact === BigInt.asIntN(64, exact) ? { i: String(exact) } : null
}

/** A double: `{ d }` where JSON would confuse it with an integer or lacks it. */
export function packDouble(value: number): Packed {
  return Number.isInteger(value) || !Number.isFinite(value) ? { d: jsonDouble(value) } : value
}
