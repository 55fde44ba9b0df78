import fc from 'fast-check'
import { it } from 'vitest'
import { SEED } from './arbitraries.ts'

/** Inputs of each property so far. */
export const ran = new Map<string, number>()

/** Runs a property on so many inputs, and counts them. */
export const check = <T>(
  name: string,
  input: fc.Arbitrary<T>,
  cases: number,
  property: (input: T) => void,
) =>
  it(`${name}, for ${cases} inputs`, { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(input, (value) => {
        ran.set(name, (ran.get(name) ?? 0) + 1)
        property(value)
      }),
      { numRuns: cases, seed: SEED },
    )
  })

export const checkAsync = <T>(
  name: string,
  input: fc.Arbitrary<T>,
  cases: number,
  property: (input: T) => Promise<void>,
) =>
  it(`${name}, for ${cases} inputs`, { timeout: 60_000 }, () =>
    fc.assert(
      fc.asyncProperty(input, (value) => {
        ran.set(name, (ran.get(name) ?? 0) + 1)
        return property(value)
      }),
      { numRuns: cases, seed: SEED },
    ),
  )

// `expect` costs more than the parsers.
export const must = (condition: boolean, what: string): void => {
  if (!condition) {
    throw new Error(what)
  }
}
