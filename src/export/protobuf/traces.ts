import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { RecordingSpan, SpanEvent, SpanLink } from '../../traces/span.ts'
import { spanFlags } from '../otlp/values.ts'
import { envelope } from './envelope.ts'
import { attributes, time } from './values.ts'
import { begin, count, end, fixed32, hex, text, uint } from './writer.ts'

/** An `ExportTraceServiceRequest`, opentelemetry-proto `trace/v1`. */
export const encodeTraces = (
  resource: Attributes,
  spans: readonly RecordingSpan[],
): Uint8Array<ArrayBuffer> => envelope(resource, spans, scopeOf, scopeOf, writeSpan)

const scopeOf = (span: RecordingSpan): RecordingSpan['instrumentationScope'] =>
  span.instrumentationScope

const writeSpan = (span: RecordingSpan): void => {
  const context = span.spanContext()
  const { parentSpanContext: parent, status, attributeSet } = span
  const from = begin(2, 2)
  writeIds(context)
  if (parent) {
    hex(4, parent.spanId, 16)
  }
  text(5, span.name)
  // The API numbers kinds from 0, the protocol from 1: its 0 is "unspecified".
  uint(6, span.kind + 1)
  time(7, span.startMs)
  time(8, span.endMs)
  attributes(9, attributeSet.values)
  count(10, attributeSet.dropped)
  for (const event of span.eventList) {
    writeEvent(event)
  }
  count(12, span.droppedEventsCount)
  for (const link of span.linkList) {
    writeLink(link)
  }
  count(14, span.droppedLinksCount)
  if (status.code) {
    const inner = begin(15)
    text(2, status.message)
    uint(3, status.code)
    end(inner)
  }
  fixed32(16, spanFlags(context.traceFlags, parent?.isRemote))
  end(from, 2)
}

const writeIds = ({ traceId, spanId, traceState }: SpanContext): void => {
  hex(1, traceId, 32)
  hex(2, spanId, 16)
  text(3, traceState?.serialize())
}

const writeEvent = ({ name, timeMs, attributes: { values, dropped } }: SpanEvent): void => {
  const from = begin(11)
  time(1, timeMs)
  text(2, name)
  attributes(3, values)
  count(4, dropped)
  end(from)
}

const writeLink = ({ context, attributes: { values, dropped } }: SpanLink): void => {
  const from = begin(13)
  writeIds(context)
  attributes(4, values)
  count(5, dropped)
  fixed32(6, spanFlags(context.traceFlags, context.isRemote))
  end(from)
}
