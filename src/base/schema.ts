import { $constructor, $ZodType, type $ZodTypeDef, type ParsePayload } from 'zod/v4/core'
import { type Check, quote } from './checks.ts'

type Issues = ParsePayload['issues']

interface Definition extends $ZodTypeDef {
  readonly test: (value: unknown) => boolean
  readonly expected: string
  /** Adds what is wrong within a value that passes the test. */
  readonly inspectParts: ((value: never, issues: Issues) => void) | undefined
}

/** Made when something is to be checked: of a hundred options an app sets three. */
export interface Schema<T> {
  make(): $ZodType<T>
}

/** One field for each option, of the option's type: a table that lacks one does not compile. */
export type Fields<T> = {
  [K in keyof T]-?: Check<NonNullable<T[K]>> | Schema<NonNullable<T[K]>>
}

/** The one kind of schema here: zod's own kinds of objects and records weigh as much as all options. */
const OptionSchema = /* @__PURE__ */ $constructor<$ZodType, Definition>(
  'HonoOption',
  (schema, definition) => {
    $ZodType.init(schema, definition)
    const { test, expected, inspectParts } = definition
    const parse: $ZodType['_zod']['parse'] = (payload) => {
      const { value, issues } = payload
      if (test(value)) {
        inspectParts?.(value as never, issues)
      } else {
        issues.push({ code: 'custom', input: value, message: expected })
      }
      return payload
    }
    schema._zod.parse = parse
  },
)

const schemaOf = <T>(
  test: (value: unknown) => boolean,
  expected: string,
  inspectParts?: (value: T, issues: Issues) => void,
): Schema<T> => ({
  make: () => new OptionSchema({ type: 'custom', test, expected, inspectParts }) as $ZodType<T>,
})

/** The issues of one part of a value, as issues of the whole. */
const inspectPart = <T>(
  field: Check<T> | Schema<T>,
  value: unknown,
  issues: Issues,
  ...path: PropertyKey[]
): void => {
  const schema = ('test' in field ? schemaOf(field.test, field.expected) : field).make()
  const found: Issues = []
  schema._zod.run({ value, issues: found }, {})
  for (const issue of found) {
    issues.push({ ...issue, path: [...path, ...(issue.path ?? [])] })
  }
}

const anything = (): boolean => true

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && !!value && !Array.isArray(value)

/** An object with these fields and no others, all of them optional. */
export const group = <T extends object>(fields: Fields<T>, expected = 'an object'): Schema<T> => {
  const names = Object.keys(fields) as (string & keyof T)[]
  return schemaOf(isObject, expected, (value, issues) => {
    for (const name of names) {
      if (value[name] !== undefined) {
        inspectPart(fields[name], value[name], issues, name)
      }
    }
    for (const key in value) {
      if (!names.includes(key)) {
        issues.push({ code: 'unrecognized_keys', keys: [key], input: {}, message: quote(names) })
      }
    }
  })
}

/** A group that `false` turns off. A union would report neither alternative's own message. */
export const groupOrFalse = <T extends object, Off = false>(
  fields: Fields<T>,
  expected = 'an object or false',
  off: readonly unknown[] = [false],
): Schema<T | Off> => {
  const inner = group(fields, expected)
  return schemaOf(anything, expected, (value, issues) => {
    if (!off.includes(value)) {
      inspectPart(inner, value, issues)
    }
  })
}

/** The same; `true` is what is there without it. */
export const groupOrFlag = <T extends object>(fields: Fields<T>): Schema<T | boolean> =>
  groupOrFalse<T, boolean>(fields, 'an object, true or false', [true, false])

/** A group that can be off, or several of them. */
export const groupsOrFalse = <T extends object>(
  fields: Fields<T>,
): Schema<T | (T | false)[] | false> => {
  const expected = 'an object, false or a non-empty array of these'
  const inner = groupOrFalse(fields, expected)
  return schemaOf(anything, expected, (value, issues) => {
    if (Array.isArray(value) && value.length) {
      value.forEach((each, index) => {
        inspectPart(inner, each, issues, index)
      })
    } else {
      inspectPart(inner, value, issues)
    }
  })
}

/** An array of such members. */
export const arrayOf = <T>(member: Check<T>): Schema<T[]> =>
  schemaOf(Array.isArray, 'an array', (value, issues) => {
    value.forEach((item, index) => {
      inspectPart(member, item, issues, index)
    })
  })

/** An object with any names of one kind, and such values. */
export const recordOf = <T>(name: Check<string>, member: Check<T>): Schema<Record<string, T>> =>
  schemaOf(isObject, 'an object', (value, issues) => {
    for (const [key, item] of Object.entries(value)) {
      if (name.test(key)) {
        inspectPart(member, item, issues, key)
      } else {
        // A wrong name may be a misplaced secret, so it is not part of the message.
        issues.push({
          code: 'custom',
          input: value,
          message: `an object whose every key is ${name.expected}`,
        })
      }
    }
  })
