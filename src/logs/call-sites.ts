import type { LogFields } from './record.ts'

/** A function, of which only matters that it was called. */
export type Called = (...args: never[]) => unknown

/** The fields of a line that the app gives: bound ones, those of its scope, its own. */
export type Given = readonly (LogFields | undefined)[]

/** What `callSite` and `errorSite` are. Its methods are for this package and may change in any version. */
export interface CallSites {
  /** Where an error was made; undefined where the app's own fields name a place. Never throws. */
  ofError(error: unknown, given?: Given): LogFields | undefined
  /** Where `method`, which is being called, was called; undefined as of `ofError`. Never throws. */
  ofCall?(method: Called, given?: Given): LogFields | undefined
}
