import { type Span, trace } from '@opentelemetry/api'
import { delay } from '../base/checks.ts'
import { mustBe } from '../base/messages.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import type { ReadableSpan, SpanProcessor } from '../traces/readable-span.ts'
import { RecordingSpan } from '../traces/span.ts'
import { log } from './log.ts'

/** Settings of {@link slowSpans}. */
export interface SlowSpansOptions {
  /** Spans of `withSpan` from this many milliseconds on are told of. Default 500. */
  slowThresholdMs?: number
}

/**
 * For `traces.processors`: a line for each span of `withSpan` that took long, at level `warn`, by the logger `spans`,
 * with the ids of the span, as slow operations of bindings have. Where a stream is returned the span lasts as long as
 * it. Spans that are not recorded, since the sampler did not take their trace, are not told of.
 *
 * @param options - The threshold.
 * @returns A span processor.
 * @throws TypeError when `slowThresholdMs` is no whole number of milliseconds from 0 on, or there is any other option.
 *
 * @example
 * ```ts
 * import { observability, slowSpans } from 'hono-observability'
 *
 * observability({ traces: { processors: [slowSpans({ slowThresholdMs: 250 })] } })
 * ```
 */
export const slowSpans = (options: SlowSpansOptions = {}): SpanProcessor => {
  const { slowThresholdMs = 500, ...others } = Object(options) as SlowSpansOptions
  const [unknown] = Object.keys(others)
  const fault =
    typeof options !== 'object' || options === null
      ? mustBe('options', 'an object', options)
      : unknown !== undefined
        ? mustBe(unknown, 'left out: there is only `slowThresholdMs`', Object(others)[unknown])
        : !delay.test(slowThresholdMs)
          ? mustBe('slowThresholdMs', delay.expected, slowThresholdMs)
          : undefined
  if (fault) {
    throw new TypeError(`Cannot tell of slow spans: ${fault}`)
  }
  return {
    onStart() {},
    onEnd(span) {
      if (span instanceof RecordingSpan && span.isOfApp) {
        const durationMs = span.endMs - span.startMs
        if (durationMs >= slowThresholdMs) {
          tell(span, durationMs, slowThresholdMs)
        }
      }
    },
    async forceFlush() {},
    async shutdown() {},
  }
}

const tell = (span: Span & ReadableSpan, durationMs: number, thresholdMs: number): void =>
  runWithContext(trace.setSpan(activeContext(), span), () =>
    log.named('spans').warn(`slow ${span.name}`, {
      operation: span.name,
      // As in access lines.
      duration_ms: Math.round(durationMs * 1000) / 1000,
      slow: true,
      threshold_ms: thresholdMs,
    }),
  )
