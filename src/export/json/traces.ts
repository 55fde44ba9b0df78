import type { Attributes, SpanContext } from '@opentelemetry/api'
import type { InstrumentationScope } from '../../base/instrumentation-scope.ts'
import { quote } from '../../base/quote.ts'
import type { RecordingSpan, SpanEvent, SpanLink } from '../../traces/span.ts'
import { spanFlags } from '../otlp/values.ts'
import { encodeAttributes, unixNano } from './values.ts'

/** An `ExportTraceServiceRequest`, opentelemetry-proto `trace/v1`, as OTLP/JSON. */
export const encodeTraces = (resource: string, spans: readonly RecordingSpan[]): string => {
  const byScope = new Map<InstrumentationScope, string>()
  for (const span of spans) {
    const scope = span.instrumentationScope
    const before = byScope.get(scope)
    byScope.set(scope, before ? `${before},${encodeSpan(span)}` : encodeSpan(span))
  }
  let scopes = ''
  for (const [scope, encoded] of byScope) {
    scopes += `${scopes && ','}{"scope":${encodeScope(scope)},"spans":[${encoded}]${
      scope.schemaUrl ? `,"schemaUrl":${quote(scope.schemaUrl)}` : ''
    }}`
  }
  return `{"resourceSpans":[{"resource":${resource},"scopeSpans":[${scopes}]}]}`
}

export const encodeScope = (
  { name, version }: InstrumentationScope,
  attributes?: Attributes,
): string =>
  `{"name":${quote(name)}${version ? `,"version":${quote(version)}` : ''}${
    attributes ? `,"attributes":${encodeAttributes(attributes)}` : ''
  }}`

const encodeSpan = (span: RecordingSpan): string => {
  const context = span.spanContext()
  const { parentSpanContext: parent, status, attributeSet } = span
  const flags = spanFlags(context.traceFlags, parent?.isRemote)
  let text = `{${encodeIds(context)},"flags":${flags}`
  if (parent) {
    text += `,"parentSpanId":"${parent.spanId}"`
  }
  // The API numbers kinds from 0, the protocol from 1: its 0 is "unspecified".
  text += `,"name":${quote(span.name)},"kind":${span.kind + 1},"startTimeUnixNano":${unixNano(
    span.startMs,
  )},"endTimeUnixNano":${unixNano(span.endMs)},"attributes":${encodeAttributes(attributeSet.values)}`
  text += dropped('Attributes', attributeSet.dropped)
  if (span.eventList.length) {
    text += `,"events":[${span.eventList.map(encodeEvent).join()}]`
  }
  text += dropped('Events', span.droppedEventsCount)
  if (span.linkList.length) {
    text += `,"links":[${span.linkList.map(encodeLink).join()}]`
  }
  text += dropped('Links', span.droppedLinksCount)
  if (status.code) {
    text += `,"status":{"code":${status.code}${
      status.message ? `,"message":${quote(status.message)}` : ''
    }}`
  }
  return `${text}}`
}

const encodeIds = ({ traceId, spanId, traceState }: SpanContext): string => {
  const state = traceState?.serialize()
  return `"traceId":"${traceId}","spanId":"${spanId}"${state ? `,"traceState":${quote(state)}` : ''}`
}

const encodeEvent = ({ name, timeMs, attributes }: SpanEvent): string =>
  `{"timeUnixNano":${unixNano(timeMs)},"name":${quote(name)},"attributes":${encodeAttributes(
    attributes.values,
  )}${dropped('Attributes', attributes.dropped)}}`

const encodeLink = ({ context, attributes }: SpanLink): string =>
  `{${encodeIds(context)},"flags":${spanFlags(context.traceFlags, context.isRemote)},"attributes":${encodeAttributes(attributes.values)}${dropped('Attributes', attributes.dropped)}}`

const dropped = (what: string, count: number): string =>
  count ? `,"dropped${what}Count":${count}` : ''
