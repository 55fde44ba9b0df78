import { type Context, createContextKey } from '@opentelemetry/api'
import { activeContext } from '../context/async-context.ts'
import type { LogFields } from '../logs/record.ts'
import type { RecordingSpan } from '../traces/span.ts'

const CAPTURE = /* @__PURE__ */ createContextKey('hono-observability capture')

/** What is recorded while something runs. */
export class Capture {
  /** In the order in which they began. */
  readonly spans: RecordingSpan[] = []
  readonly lines: LogFields[] = []
  /** What comes after the result was handed out belongs to nobody. */
  isOver = false

  /** Those that have not ended. That of a probe never does, and is not waited for. */
  get open(): RecordingSpan[] {
    return this.spans.filter((span) => span.localTrace.open.has(span))
  }
}

let current: Capture | undefined

export const setCurrent = (capture: Capture | undefined): void => {
  current = capture
}

export const withCapture = (context: Context, capture: Capture): Context =>
  context.setValue(CAPTURE, () => capture)

export const captureIn = (context: Context): Capture | undefined =>
  (context.getValue(CAPTURE) as (() => Capture) | undefined)?.()

/**
 * Whose it is what is recorded here: the context's, which tells what an earlier capture has left running, or else that of
 * the one that runs. Undefined when nobody wants it any more.
 */
export const captureOf = (context: Context = activeContext()): Capture | undefined => {
  const capture = captureIn(context) ?? captureIn(activeContext()) ?? current
  return capture?.isOver ? undefined : capture
}
