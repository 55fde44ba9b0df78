import type { LogFields } from './record.ts'

/** A function, of which only matters that it was called. */
export type Called = (...args: never[]) => unknown

/** What `callSite` and `errorSite` are. Its methods are for this package and may change in any version. */
export interface CallSites {
  /** Where an error was made. Never throws. */
  ofError(error: unknown): LogFields | undefined
  /** Where `method`, which is being called, was called. Never throws. */
  ofCall?(method: Called): LogFields | undefined
}
