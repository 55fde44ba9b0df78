import type { ConsoleForm } from '../../base/console.ts'
import { atOnce } from '../../base/thenable.ts'
import type { LogFields } from '../record.ts'

/** Makes of a log line's keys and values what a receiver knows them by: `ecs`, `gcp`, `datadog`, or your own. */
export type LogFormat = (line: LogFields) => LogFields

/**
 * Lines in a format. What a function makes of a line is left as it is, so that `pretty` is for people and the format for
 * what it hands on.
 */
export const formatted =
  (form: ConsoleForm, format: LogFormat): ConsoleForm =>
  (line) => {
    const own = typeof form === 'function' ? form(line) : line
    if (own !== line) {
      return own
    }
    const fields = atOnce(format(JSON.parse(line)))
    return form === 'object' ? fields : JSON.stringify(fields)
  }

/**
 * A line under other names: first what a format makes itself, then the rest.
 *
 * @param own Without what is undefined.
 * @param names Of the line's keys, what they are in the format; '' leaves one out.
 */
export const renamed = (
  line: LogFields,
  own: LogFields,
  names: Readonly<Record<string, string>>,
): LogFields => {
  const fields: LogFields = {}
  const set = (key: string, value: unknown): void => {
    if (key && value !== undefined) {
      // Not by assignment, which `__proto__` would turn into something else.
      Object.defineProperty(fields, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    }
  }
  for (const key in own) {
    set(key, own[key])
  }
  const taken = new Set([...Object.keys(own), ...Object.values(names)])
  for (const key in line) {
    const name = Object.hasOwn(names, key) ? names[key] : undefined
    if (name === undefined) {
      // What an app calls like something of the format is its own.
      set(taken.has(key) ? `field.${key}` : key, line[key])
    } else if (!Object.hasOwn(own, name)) {
      set(name, line[key])
    }
  }
  return fields
}

/** In nanoseconds; undefined where a line has none. */
export const durationNs = ({ duration_ms: ms }: LogFields): number | undefined =>
  typeof ms === 'number' ? Math.round(ms * 1e6) : undefined
