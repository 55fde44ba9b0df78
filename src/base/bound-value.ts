import type { Attributes } from '@opentelemetry/api'
import { cut } from './cut.ts'

/** Items one array or map value may hold, nested ones included. */
const MAX_ITEMS = 1024
const MAX_DEPTH = 16

/**
 * An object without a prototype that engines still keep in fast mode (unlike `Object.create(null)`),
 * so that a key such as `__proto__` or `constructor` is an ordinary key.
 */
export const Bare: new () => Attributes = /* @__PURE__ */ (() => {
  // biome-ignore lint/plugin: called with `new`
  function BareObject(): void {}
  BareObject.prototype = Object.create(null)
  return BareObject as unknown as { new (): Attributes }
})()

/** Copies what the caller could still change, and cuts what is too long, too deep or too many. */
export const boundValue = (value: unknown, maxLength: number): unknown => {
  if (typeof value === 'string') {
    return cut(value, maxLength)
  }
  return typeof value === 'object' && value !== null
    ? copy(value, maxLength, { left: MAX_ITEMS }, 0)
    : typeof value === 'symbol'
      ? cut(String(value), maxLength)
      : // One called toJSON would be called.
        typeof value === 'function'
        ? null
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
