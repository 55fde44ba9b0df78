import { censor, isSecretName } from '../base/own-lines.ts'
import { describeThrown, readProperty, toText } from '../base/thrown.ts'

/** Causes of causes that are told. */
const MAX_CAUSES = 8
/** Members that are told of a cause that is no error. */
const MAX_MEMBERS = 16

/** What caused an error, and what caused that, as text; undefined where nothing did. Never throws. */
export const causesOf = (error: unknown): string | undefined => {
  const told = new Set([error])
  let text: string | undefined
  let cause = readProperty(error, 'cause')
  while (cause !== undefined && cause !== null) {
    const isTold = told.has(cause)
    const isLast = isTold || told.size > MAX_CAUSES
    const own = isTold ? '[Circular]' : isLast ? '[more causes]' : describe(cause)
    text = text === undefined ? own : `${text}\nCaused by: ${own}`
    told.add(cause)
    cause = isLast || typeof cause !== 'object' ? undefined : readProperty(cause, 'cause')
  }
  return text
}

const describe = (cause: unknown): string => {
  if (typeof cause !== 'object') {
    return toText(cause)
  }
  const stack = readProperty(cause, 'stack')
  if (typeof stack === 'string') {
    const from = stack.indexOf('\n    at ')
    return describeThrown(cause) + (from < 0 ? '' : stack.slice(from))
  }
  try {
    const members = Object.keys(cause as object)
      .slice(0, MAX_MEMBERS)
      .map((key): [string, unknown] => [key, tell(cause as Record<string, unknown>, key)])
    return members.length ? JSON.stringify(Object.fromEntries(members)) : toText(cause)
  } catch {
    return '[Unreadable]'
  }
}

/** In a list of names and values, what comes after the name of a secret is none of a reader's business. */
const tell = (cause: Record<string, unknown>, key: string): unknown => {
  const name = Array.isArray(cause) && cause[Number(key) - 1]
  return typeof name === 'string' && isSecretName(name.slice(-60))
    ? censor()
    : toPrimitive(cause[key])
}

/** Nothing that is nested: what is in there has no bounds. */
const toPrimitive = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? '[object]'
    : typeof value === 'bigint'
      ? `${value}`
      : value
