import type { Attributes } from '@opentelemetry/api'
import type { SpanLimits } from '../config/config.ts'
import { cut } from '../cut.ts'

/** Items one array or map value may hold, nested ones included. */
const MAX_ITEMS = 1024
const MAX_DEPTH = 16

/**
 * An object without a prototype that engines still keep in fast mode (unlike `Object.create(null)`),
 * so that a key such as `__proto__` or `constructor` is an ordinary key.
 */
const Bare = /* @__PURE__ */ (() => {
  function BareObject(): void {}
  BareObject.prototype = Object.create(null)
  return BareObject as unknown as { new (): Attributes }
})()

/** Attributes with caps on their number and size. What does not fit is counted, never silently lost. */
export class BoundedAttributes {
  readonly values: Attributes = new Bare()
  dropped = 0
  #count = 0
  readonly #limits: SpanLimits

  constructor(limits: SpanLimits, initial?: Attributes) {
    this.#limits = limits
    if (initial) {
      this.setAll(initial)
    }
  }

  set(key: string, value: unknown): void {
    if (value === undefined || value === null || typeof value === 'function') {
      return
    }
    if (this.values[key] === undefined) {
      if (this.#count >= this.#limits.attributeCount) {
        this.dropped++
        return
      }
      this.#count++
    }
    this.values[key] = boundValue(value, this.#limits.attributeValueLength) as string
  }

  setAll(attributes: Attributes): void {
    for (const key in attributes) {
      this.set(key, attributes[key])
    }
  }
}

/** Copies what the caller could still change, and cuts what is too long, too deep or too many. */
const boundValue = (value: unknown, maxLength: number): unknown => {
  if (typeof value === 'string') {
    return cut(value, maxLength)
  }
  return typeof value === 'object' && value !== null
    ? copy(value, maxLength, { left: MAX_ITEMS }, 0)
    : value
}

const copy = (
  value: object,
  maxLength: number,
  items: { left: number },
  depth: number,
): unknown => {
  const child = (item: unknown): unknown =>
    typeof item === 'object' && item !== null
      ? depth < MAX_DEPTH
        ? copy(item, maxLength, items, depth + 1)
        : null
      : boundValue(item, maxLength)
  if (value instanceof Uint8Array) {
    return value.slice(0, maxLength)
  }
  if (Array.isArray(value)) {
    const result: unknown[] = []
    for (let i = 0; i < value.length && items.left-- > 0; i++) {
      result.push(child(value[i]))
    }
    return result
  }
  const result = new Bare() as Record<string, unknown>
  for (const key of Object.keys(value)) {
    if (items.left-- <= 0) {
      break
    }
    result[key] = child((value as Record<string, unknown>)[key])
  }
  return result
}

/** Roughly the bytes attributes take in an export request: for the buffer's cap, not for accounting. */
export const attributeBytes = (attributes: object): number => {
  let bytes = 0
  for (const key in attributes) {
    const value = (attributes as Record<string, unknown>)[key]
    bytes += key.length + 32
    if (typeof value === 'string') {
      bytes += value.length
    } else if (typeof value === 'object' && value !== null) {
      bytes += value instanceof Uint8Array ? value.length * 2 : attributeBytes(value)
    }
  }
  return bytes
}
