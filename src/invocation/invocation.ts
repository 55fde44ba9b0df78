import type { Context } from '@opentelemetry/api'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'

/** One call that the runtime makes of the app. */
export interface Invocation {
  readonly options: ObservabilityOptions
  /** As the platform made it. */
  readonly env: unknown
  readonly executionCtx: unknown
  /** Whether trace contexts are taken out of messages: of all queues, or of those named. */
  readonly propagate?: boolean | readonly string[] | undefined
  /** Adds to the context that the handler runs in. */
  mark?(context: Context): Context
}

/**
 * Runs a handler for one event.
 *
 * @param call Calls the handler that the user wrote, with the event or what stands in for it.
 */
export type Run = (
  invocation: Invocation,
  event: unknown,
  call: (event: unknown) => unknown,
) => unknown
