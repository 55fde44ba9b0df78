import type { SpanContext } from '@opentelemetry/api'
import { newSpanId } from '../../traces/ids.ts'

/** All that is known of a connection: plain data, which may be kept where an isolate does not last. */
export interface ConnectionState {
  /** Of its span. */
  readonly spanId: string
  /** The span of the upgrade. */
  readonly parent: SpanContext
  /** Of its span: `websocket /chat`. */
  readonly name: string
  readonly route: string | undefined
  /** Whether it began in another isolate, or before this one slept. */
  readonly isRestored: boolean
  /** Since 1970. */
  startMs: number
  receivedMessages: number
  receivedBytes: number
  sentMessages: number
  sentBytes: number
  failures: number
  /** Of the first failure. */
  errorType: string | undefined
}

export const newState = (
  parent: SpanContext,
  route: string | undefined,
  otherwise: string,
): ConnectionState => ({
  spanId: newSpanId(),
  parent,
  name: `websocket ${route ?? otherwise}`.trim(),
  route,
  isRestored: false,
  startMs: Date.now(),
  receivedMessages: 0,
  receivedBytes: 0,
  sentMessages: 0,
  sentBytes: 0,
  failures: 0,
  errorType: undefined,
})
