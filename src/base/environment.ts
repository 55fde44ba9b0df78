import { type Check, headerName, headerValue, isPrimitive } from './checks.ts'
import { mustBe } from './messages.ts'

export interface Environment {
  /** The variable of this name: undefined if it is unset, empty or not what it must be. */
  read<T>(name: string, check: Check<T>): T | undefined
  /** The distinct members of a comma-separated variable that are what they must be, if any. */
  readList<T>(name: string, check: Check<T>): T[] | undefined
  /** How to get the secret that a binding of this name keeps; undefined when there is no such binding. */
  readSecret(name: string): (() => Promise<unknown>) | undefined
}

const split = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)

/** Throws for what has nothing of its own, as bindings have not. */
const fromObject = (value: object): Record<string, string> => {
  const entries = Object.entries(value)
  if (Array.isArray(value) || !entries.length) {
    throw new Error()
  }
  return Object.fromEntries(
    entries.map(([name, content]) => {
      if (!isPrimitive(content)) {
        throw new Error()
      }
      return [name, String(content)]
    }),
  )
}

/** W3C Baggage without properties, or a JSON object. One malformed pair discards the whole, as specified. */
export const pairs: Check<Record<string, string>> = {
  test: (value): value is Record<string, string> => !!value,
  expected: 'a percent-encoded list like `a=1,b=2` or a JSON object',
  parse: (list) =>
    list.startsWith('{')
      ? fromObject(JSON.parse(list))
      : Object.fromEntries(
          split(list).map((pair) => {
            const equals = pair.indexOf('=')
            if (equals < 1) {
              throw new Error()
            }
            return [pair.slice(0, equals), pair.slice(equals + 1)].map((part) =>
              decodeURIComponent(part.trim()),
            )
          }),
        ),
  parseObject: fromObject,
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
 * @param bound what a Worker has under this name, where that is no text
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const openEnvironment = (
  get: (name: string) => string | undefined,
  warn: (message: string) => void,
  bound: (name: string) => object | undefined = () => undefined,
): Environment => {
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
    value: string | object,
    { test, expected, parse = String, parseObject }: Check<T>,
  ): T | undefined => {
    if (!value) {
      return undefined
    }
    try {
      const parsed = typeof value === 'string' ? parse(value) : parseObject?.(value)
      if (test(parsed)) {
        return parsed
      }
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
    read: (variable, check) => accept(variable, bound(variable) ?? raw(variable), check),
    readSecret: (variable) => {
      const binding = bound(variable)
      return binding && isSecret(binding) ? () => binding.get() : undefined
    },
    readList: (variable, check) => {
      const object = bound(variable)
      if (object) {
        return accept(variable, object, check) && undefined
      }
      const given = [...new Set(split(raw(variable)))]
      const items = new Set(given.flatMap((item) => accept(variable, item, check) ?? []))
      return items.size ? [...items] : undefined
    },
  }
}

interface Secret {
  get(): Promise<unknown>
}

/** Of the Secrets Store. Others have a `get` as well, and more; a stub of one answers to every name. */
const isSecret = (binding: object): binding is Secret => {
  const has = (name: string): boolean =>
    typeof (binding as Record<string, unknown>)[name] === 'function'
  return has('get') && (has('no such name') || !['put', 'fetch', 'idFromName'].some(has))
}
