import type { Check } from './checks.ts'
import type { Environment } from './environment.ts'
import type { Fields, Schema } from './schema.ts'

/**
 * One option: what code may give, the variable that sets it where code does not, and what it is otherwise. From these
 * rows come the check of what code gives, what is read from the environment, the defaults, and the table of
 * docs/configuration.md, but for variables that are read apart: those `scripts/docs/options-table.ts` names. What it is
 * for is said by the JSDoc of its type.
 */
export interface Option<T> {
  readonly of: Check<T> | Schema<T>
  /** By its whole name; of several, the first that is set and right. */
  readonly variable?: string | readonly string[]
  /** What the variable must be, where that is less than what code may give. */
  readonly read?: Check<T>
  readonly default?: T
}

/** A row for each option of a group: a table that lacks one does not compile. */
export type OptionTable<O> = { readonly [K in keyof O]-?: Option<NonNullable<O[K]>> }

/** The options of a group, with defaults for those named. */
export type Resolved<O, Defaulted extends keyof O = never> = {
  [K in keyof O]-?: K extends Defaulted ? NonNullable<O[K]> : NonNullable<O[K]> | undefined
}

/** What the environment, or else the default, says of each option. */
export const defaultsOf = <O extends object, Defaulted extends keyof O = never>(
  table: OptionTable<O>,
  { read }: Environment,
): Resolved<O, Defaulted> => {
  const defaults: Partial<Record<keyof O, unknown>> = {}
  for (const name in table) {
    const { of, variable = [], read: check = of as Check<never>, default: value } = table[name]
    let found: unknown
    // Every one is read, so that a wrong one is warned of also where another decides.
    for (const each of [variable].flat()) {
      found ??= read(each, check as Check<unknown>)
    }
    defaults[name] = found ?? value
  }
  return defaults as Resolved<O, Defaulted>
}

/** The settings of a group that may be a mere `true` or `false`. */
export const settingsOf = <O extends object>(given: O | boolean | undefined): Partial<O> =>
  typeof given === 'object' ? given : {}

/** What a schema checks of a table: what code may give. */
export const fieldsOf = <O>(table: OptionTable<O>): Fields<O> => {
  const fields: Partial<Record<keyof O, unknown>> = {}
  for (const name in table) {
    fields[name] = table[name].of
  }
  return fields as Fields<O>
}
