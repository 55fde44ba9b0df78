import { exceptionFields } from './error.ts'

/** Entries of a collection that are read: copying a million would take too long. */
const MAX_ENTRIES = 4096

/** Nobody has a method of this name but those who answer to every name. */
const NO_NAME = 'hono-observability: no such name'

const BOXED: Readonly<Record<string, { prototype: { valueOf(): unknown } }>> = {
  Number,
  String,
  Boolean,
  Symbol,
  BigInt,
}

export interface Cut {
  /** Something was left out. */
  isCut: boolean
}

/** What an object is, by its brand: the class of another realm is not ours. Throws for a revoked proxy. */
const kindOf = (item: object): string => Object.prototype.toString.call(item).slice(8, -1)

/** Whether something is an error, of whichever realm. Never throws. */
export const isError = (value: unknown): boolean => {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value instanceof Error || /^(?:Error|DOMException)$/.test(kindOf(value)))
    )
  } catch {
    return false
  }
}

/**
 * What an object of any class and realm is logged as: a primitive, a list, or an object whose own members are its
 * fields. May throw, as what it is given may.
 *
 * @param cut Told when a collection has more entries than are read.
 */
export const plainForm = (item: object, cut: Cut): unknown => {
  const prototype: unknown = Object.getPrototypeOf(item)
  if (prototype === Object.prototype || prototype === null) {
    return ownForm(item)
  }
  if (Array.isArray(item)) {
    return item
  }
  if (ArrayBuffer.isView(item)) {
    return `[${item.byteLength} bytes]`
  }
  if (isError(item)) {
    return exceptionFields(item)
  }
  const kind = kindOf(item)
  const boxed = BOXED[kind]
  if (boxed) {
    return boxed.prototype.valueOf.call(item)
  }
  switch (kind) {
    case 'Date':
      return Number.isNaN(Date.prototype.getTime.call(item)) ? 'Invalid Date' : ownForm(item)
    case 'RegExp':
      return String(item)
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return `[${(item as ArrayBuffer).byteLength} bytes]`
    case 'Blob':
    case 'File':
      return `[${kind}, ${(item as Blob).size} bytes, ${(item as Blob).type}]`
    case 'Request':
      return `[Request ${(item as Request).method} ${(item as Request).url}]`
    case 'Response':
      return `[Response ${(item as Response).status}]`
    case 'Set':
      return [...first(Set.prototype.values.call(item), cut)]
    case 'Map':
      return fromEntries(Map.prototype.entries.call(item), cut)
    default:
      return otherForm(item, kind, cut)
  }
}

/** Whether an object's methods are made up: those of a stub are calls to somewhere else, which nobody asked for. */
const isStub = (item: object): boolean =>
  typeof (item as Record<string, unknown>)[NO_NAME] === 'function'

/** What its own `toJSON` makes of it, or itself. */
const ownForm = (item: object): unknown => {
  const { toJSON } = item as { toJSON?: unknown }
  if (typeof toJSON !== 'function') {
    return item
  }
  if (isStub(item)) {
    return `[${kindOf(item)}]`
  }
  const form: unknown = toJSON.call(item)
  return form === item ? '[Circular]' : form
}

const otherForm = (item: object, kind: string, cut: Cut): unknown => {
  const form = ownForm(item)
  if (form !== item) {
    return form
  }
  const { entries, get } = item as Partial<Map<unknown, unknown>>
  // Headers, URLSearchParams, FormData and their like.
  if (typeof entries === 'function' && typeof get === 'function') {
    return fromEntries(entries.call(item), cut)
  }
  // A promise, a WeakMap, a stream: nothing of it can be seen.
  return kind !== 'Object' && Object.keys(item).length === 0 ? `[${kind}]` : item
}

function* first<T>(items: Iterable<T>, cut: Cut): Generator<T> {
  let count = MAX_ENTRIES
  for (const item of items) {
    if (count-- === 0) {
      cut.isCut = true
      return
    }
    yield item
  }
}

/** An object of entries; the values of a name that comes more than once are a list. */
const fromEntries = (entries: Iterable<[unknown, unknown]>, cut: Cut): object => {
  const values = new Map<string, unknown[]>()
  for (const [name, value] of first(entries, cut)) {
    const key = textOf(name)
    const before = values.get(key)
    if (before) {
      before.push(value)
    } else {
      values.set(key, [value])
    }
  }
  return Object.fromEntries(
    Array.from(values, ([key, list]) => [key, list.length > 1 ? list : list[0]]),
  )
}

const textOf = (key: unknown): string => {
  try {
    return String(key)
  } catch {
    return '[Unreadable]'
  }
}
