import { readProperty } from '../base/thrown.ts'

/** Whether it has these methods. */
export const has = (value: unknown, ...methods: string[]): boolean =>
  methods.every((name) => typeof readProperty(value, name) === 'function')

/** A property that is an object, or an empty one. */
export const part = (value: unknown, key: string): Record<string, unknown> => {
  const found = readProperty(value, key)
  return (typeof found === 'object' || typeof found === 'function') && found !== null
    ? (found as Record<string, unknown>)
    : {}
}

export const isNumber = (value: unknown): value is number => typeof value === 'number'
