import type { Attributes } from '@opentelemetry/api'
import { redactStart } from '../base/own-lines.ts'
import { warnOnce } from '../base/warn.ts'
import type { SignalQueue } from '../export/pipeline/signal-queue.ts'
import type { Redactor } from '../logs/redact.ts'
import { attributeBytes } from '../traces/attributes.ts'
import { SpanRecorder } from '../traces/recorder.ts'
import type { RecordingSpan } from '../traces/span.ts'
import type { Config } from './config/config.ts'
import { createQueues } from './queues.ts'

/** Estimated bytes of a span besides its attributes. */
const SPAN_BYTES = 350

export const isTracing = ({ disabled, traces }: Config): boolean => !disabled && traces.enabled

export interface SpanSignal {
  recorder: SpanRecorder
  /** None when spans are not exported. */
  queues: readonly SignalQueue<RecordingSpan>[]
}

/** Spans, from recorder to queue. */
export const createSpanSignal = (
  config: Config,
  attributes: Attributes,
  redactor: Redactor,
): SpanSignal => {
  const queues = isTracing(config)
    ? createQueues<RecordingSpan>(config, 'traces', attributes, {
        encode: (encoding, spans, resource) => encoding.encodeTraces(resource, spans),
      })
    : []
  const recorder = new SpanRecorder(
    config.traces,
    { attributes },
    {
      add(span) {
        const bytes = queues.length && spanBytes(span)
        for (const queue of queues) {
          queue.add(span, bytes)
        }
      },
      dropped(reason, count) {
        for (const queue of queues) {
          queue.drop(reason, count)
        }
      },
    },
    (what, error) => warnOnce(`${what} threw: ${error}`, what),
    // No more than is kept: before the response, nobody waits for megabytes to be searched.
    (text) => redactStart(text, config.traces.limits.attributeValueLength, redactor.text),
  )
  return { recorder, queues }
}

const spanBytes = (span: RecordingSpan): number => {
  // Serialized once, and needed for the export anyway.
  const { length } = span.spanContext().traceState?.serialize() ?? ''
  let bytes = SPAN_BYTES + length + attributeBytes(span.attributeSet.values)
  for (const { attributes } of span.eventList) {
    bytes += SPAN_BYTES / 2 + attributeBytes(attributes.values)
  }
  return bytes + (SPAN_BYTES / 2) * span.linkList.length
}
