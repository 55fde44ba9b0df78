import { plainForm } from './plain-form.ts'
import type { LogFields } from './record.ts'

/** What stands for a value that throws when it is read. */
export const UNREADABLE = '[Unreadable]'

/** Whatever was given as fields, as an object of them: Headers and Maps by their entries, a date or a list as `value`. */
export const asFields = (given: unknown): LogFields | undefined => {
  if (given === undefined || given === null) {
    return undefined
  }
  if (typeof given !== 'object') {
    return { value: given }
  }
  try {
    const cut = { isCut: false }
    const form = plainForm(given, cut)
    const isObject = typeof form === 'object' && form !== null && !Array.isArray(form)
    const fields = isObject ? (form as LogFields) : { value: form }
    return cut.isCut ? { ...fields, '…': '[more]' } : fields
  } catch {
    return { '…': UNREADABLE }
  }
}

/** Joins what is there; the later wins. Mostly there is one, which then is not copied. What cannot be read says so. */
export const joinFields = (
  a: LogFields | undefined,
  b: LogFields | undefined,
): LogFields | undefined => {
  if (!a || !b) {
    return a ?? b
  }
  try {
    return { ...a, ...b }
  } catch {
    return { ...readable(a), ...readable(b) }
  }
}

/** Joins fields with those of an error, of which nothing is taken for what is not the error's. */
export const beside = (
  described: LogFields | undefined,
  before: LogFields | undefined,
  after: LogFields | undefined,
): LogFields | undefined =>
  described
    ? joinFields(joinFields(renamed(before), described), renamed(after))
    : joinFields(before, after)

const OF_ERRORS = /^(?:exception|error)\./

const renamed = (fields: LogFields | undefined): LogFields | undefined =>
  fields && Object.keys(fields).some((key) => OF_ERRORS.test(key))
    ? Object.fromEntries(
        Object.entries(readable(fields)).map(([key, value]) => [
          OF_ERRORS.test(key) ? `field.${key}` : key,
          value,
        ]),
      )
    : fields

const readable = (fields: LogFields): LogFields => {
  const result: LogFields = {}
  try {
    for (const key of Object.keys(fields)) {
      Object.defineProperty(result, key, {
        value: readValue(fields, key),
        enumerable: true,
        configurable: true,
      })
    }
  } catch {
    result['…'] = UNREADABLE
  }
  return result
}

const readValue = (fields: LogFields, key: string): unknown => {
  try {
    return fields[key]
  } catch {
    return UNREADABLE
  }
}
