import type { Attributes } from '@opentelemetry/api'
import type { BindingsOptions } from './types.ts'

/** The methods of a stub, of what a method returned, or of a property. */
export interface Remote {
  readonly options: BindingsOptions
  readonly common: Attributes
  /** What comes before a method's name: `ROOM/`, or `ROOM/counter.` for what that method returned. */
  readonly prefix: string
  /** Whether the called side takes a trace context out of the last argument. */
  readonly carries: boolean
}
