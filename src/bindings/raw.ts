import { Returned } from '../base/returned.ts'

/** Each statement has one. */
class Wrapper extends Returned {
  readonly #raw: object

  constructor(wrapper: object, raw: object) {
    super(wrapper)
    this.#raw = raw
  }

  static get(value: unknown): unknown {
    return #raw in Object(value) ? (value as Wrapper).#raw : value
  }
}

export const rememberRaw = (wrapper: object, raw: object): void => {
  new Wrapper(wrapper, raw)
}

/** What the platform made, when `value` is a wrapper of it; otherwise `value` itself. */
export const rawOf: <T>(value: T) => T = Wrapper.get as <T>(value: T) => T

/** Beyond these, data is taken to be nothing but data. */
const MAX_DEPTH = 3
const MAX_ITEMS = 100

/** What can be sent of an argument: the same, unless a wrapper is in it, which the platform cannot send. */
export const sendable = (value: unknown, depth = 0): unknown => {
  const raw = rawOf(value)
  if (raw !== value || depth > MAX_DEPTH || !isPlainData(value)) {
    return raw
  }
  const isList = Array.isArray(value)
  // Long lists are not even asked for their keys.
  const keys = isList && value.length > MAX_ITEMS ? [] : Object.keys(value)
  let copy: Record<string, unknown> | undefined
  for (const key of keys.length > MAX_ITEMS ? [] : keys) {
    const item = (value as Record<string, unknown>)[key]
    const sent = sendable(item, depth + 1)
    if (sent !== item) {
      copy ??= (isList ? [...value] : { ...value }) as Record<string, unknown>
      copy[key] = sent
    }
  }
  return copy ?? value
}

const isPlainData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) {
    return false
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}

/**
 * The environment as the platform made it, for calls that are to leave no spans and no metrics, such
 * as health checks. Returns what is not a wrapped environment as it is.
 */
export const rawEnv = <Env>(env: Env): Env => rawOf(env)
