import { type Check, headerName, headerValue } from './checks.ts'
import { mustBe } from './messages.ts'

export interface Environment {
  /** The variable of this name: undefined if it is unset, empty or not what it must be. */
  read<T>(name: string, check: Check<T>): T | undefined
  /** The distinct members of a comma-separated variable that are what they must be, if any. */
  readList<T>(name: string, check: Check<T>): T[] | undefined
}

const split = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** W3C Baggage without properties. One malformed pair discards the whole, as specified. */
export const pairs: Check<Record<string, string>> = {
  test: (value): value is Record<string, string> => !!value,
  expected: 'a percent-encoded list like `a=1,b=2`',
  parse: (list) =>
    Object.fromEntries(
      split(list).map((pair) => {
        const equals = pair.indexOf('=')
        if (equals < 1) throw new Error()
        return [pair.slice(0, equals), pair.slice(equals + 1)].map((part) =>
          decodeURIComponent(part.trim()),
        )
      }),
    ),
}

export const headers: Check<Record<string, string>> = {
  ...pairs,
  test: (value): value is Record<string, string> =>
    Object.entries(value as object).every(
      ([name, content]) => headerName.test(name) && headerValue.test(content),
    ),
}

/**
 * Reads `OTEL_*` variables. Never throws: what is not usable is reported to `warn`, without
 * secrets, and left out.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function openEnvironment(
  get: (name: string) => string | undefined,
  warn: (message: string) => void,
): Environment {
  /** What is common to all signals is read for each of them. */
  const warned = new Set<string>()

  const raw = (variable: string): string => {
    try {
      return String(get(variable) ?? '').trim()
    } catch {
      // Deno throws for what it was not permitted to read.
      return ''
    }
  }

  const accept = <T>(
    variable: string,
    value: string,
    { test, expected, parse = String }: Check<T>,
  ): T | undefined => {
    if (!value) return undefined
    try {
      const parsed = parse(value)
      if (test(parsed)) return parsed
    } catch {
      // Not even parsed: as wrong as what fails its test.
    }
    const message = `Cannot use environment: ${mustBe(variable, expected, value)}`
    if (!warned.has(message)) {
      warned.add(message)
      warn(message)
    }
    return undefined
  }

  return {
    read: (variable, check) => accept(variable, raw(variable), check),
    readList: (variable, check) => {
      const given = [...new Set(split(raw(variable)))]
      const items = new Set(given.flatMap((item) => accept(variable, item, check) ?? []))
      return items.size ? [...items] : undefined
    },
  }
}
