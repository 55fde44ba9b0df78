import type { Attributes } from '@opentelemetry/api'
import { redactName } from './own-lines.ts'

/** A property of something that was thrown, which may be hostile: throwing getters, proxies. */
export const readProperty = (thrown: unknown, key: string): unknown => {
  try {
    return (thrown as Record<string, unknown> | null | undefined)?.[key]
  } catch {
    return undefined
  }
}

/** The low-cardinality kind of what was thrown: the class of an error, `fallback` for anything else. */
export const errorType = (error: unknown, fallback: string): string => {
  const name = read(error, 'name')
  return redactName((name === 'Error' ? constructorName(error) : name) || fallback)
}

const hidden = /* @__PURE__ */ new WeakMap<object, (message: string) => string>()

/** What an error and its causes say is recorded, from now on and everywhere, as this makes it. */
export const hideIn = (error: unknown, hide: (message: string) => string): void => {
  let each = error
  for (let depth = 0; depth < 4 && typeof each === 'object' && each !== null; depth++) {
    hidden.set(each, hide)
    each = readProperty(each, 'cause')
  }
}

/** An exception's attributes, as the semantic conventions name them. Never throws, whatever was thrown. */
export const exceptionAttributes = (
  error: unknown,
  redact: (text: string) => string = String,
): Attributes => {
  const isObject = typeof error === 'object' && error !== null
  const said = isObject ? read(error, 'message') : toText(error)
  const shown = (isObject && hidden.get(error)?.(said)) || said
  const stack = isObject ? read(error, 'stack') : undefined
  return {
    'exception.type': errorType(error, typeof error),
    'exception.message': redact(shown),
    'exception.stacktrace':
      stack && redact(shown === said ? stack : stack.replaceAll(said, () => shown)),
  }
}

/** What was thrown, in a message. Never throws: an object without a prototype has no text of its own. */
export const describeThrown = (error: unknown): string => {
  const { 'exception.type': type, 'exception.message': message } = exceptionAttributes(error)
  return `${type}: ${message}`
}

const constructorName = (error: unknown): string => {
  const name = readProperty(readProperty(error, 'constructor'), 'name')
  return typeof name === 'string' ? name : 'Error'
}

const read = (error: unknown, key: 'name' | 'message' | 'stack'): string => {
  const value = readProperty(error, key)
  return typeof value === 'string' ? value : ''
}

/** Any value as text. Never throws: an object need not have one, and a proxy may be revoked. */
export const toText = (value: unknown): string => {
  try {
    return String(value)
  } catch {
    return ''
  }
}
