import { custom, optional, strictObject, type ZodMiniType } from 'zod/mini'
import { type Check, quote } from './checks.ts'

export type Schema<T> = ZodMiniType<T, T>

/** One field for each option, of the option's type: a table that lacks one does not compile. */
export type Fields<T> = {
  [K in keyof T]-?: Check<NonNullable<T[K]>> | Schema<NonNullable<T[K]>>
}

/** An object with these fields and no others, all of them optional. */
export function group<T extends object>(fields: Fields<T>, expected = 'an object'): Schema<T> {
  const names = Object.keys(fields) as (keyof T)[]
  const shape = Object.fromEntries(
    names.map((name) => {
      const field = fields[name]
      return [name, optional('test' in field ? custom(field.test, field.expected) : field)]
    }),
  )
  return strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? quote(Object.keys(shape)) : expected),
  }) as unknown as Schema<T>
}

/** A group that `false` turns off. A union would report neither alternative's own message. */
export const groupOrFalse = <T extends object>(fields: Fields<T>): Schema<T | false> =>
  groups<T, T | false>(fields, 'an object or false')

/** The same, or several of them. */
export const groupsOrFalse = <T extends object>(
  fields: Fields<T>,
): Schema<T | (T | false)[] | false> =>
  groups<T, T | (T | false)[] | false>(fields, 'an object, false or a non-empty array of these')

const groups = <T extends object, R>(fields: Fields<T>, expected: string): Schema<R> => {
  const inner = group(fields, expected)
  return custom<R>().check(({ value, issues }) => {
    const check = (each: unknown, ...path: number[]): void => {
      const { error } = inner.safeParse(each === false ? {} : each, { reportInput: true })
      for (const issue of error?.issues ?? []) {
        issues.push({ ...issue, path: [...path, ...issue.path] } as never)
      }
    }
    if (/array/.test(expected) && Array.isArray(value) && value.length) {
      value.forEach((each, index) => {
        check(each, index)
      })
    } else {
      check(value)
    }
  })
}

function members<T extends object>(member: Check<unknown>, name?: Check<string>): Schema<T> {
  const test = (value: unknown): boolean =>
    typeof value === 'object' && !!value && Array.isArray(value) === !name
  return custom<T>(test, name ? 'an object' : 'an array').check(({ value, issues }) => {
    for (const [key, input] of Object.entries(value)) {
      // A wrong name may be a misplaced secret, so it is not part of the message.
      if (name && !name.test(key)) {
        issues.push({
          code: 'custom',
          input: value,
          message: `an object whose every key is ${name.expected}`,
        })
      } else if (!member.test(input)) {
        issues.push({ code: 'custom', input, message: member.expected, path: [key] })
      }
    }
  })
}

/** An array of such members. */
export const arrayOf = <T>(member: Check<T>): Schema<T[]> => members(member)

/** An object with any names of one kind, and such values. */
export const recordOf = <T>(name: Check<string>, member: Check<T>): Schema<Record<string, T>> =>
  members(member, name)
