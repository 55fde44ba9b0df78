import { decodeGroups } from './decode.ts'
import type { Budget } from './limits.ts'
import type { Decoded, SpanEvent, SpanLink, SpanRecord } from './model.ts'
import { hexId, type Json, list, member, nanos, object, RejectedRecord, whole } from './shape.ts'

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const STATUSES = ['UNSET', 'OK', 'ERROR']
const ENVELOPE = { outer: 'resourceSpans', inner: 'scopeSpans', records: 'spans' }

/** Reads a request of spans. Throws `MalformedRequest` for what is no such request. */
export function decodeSpans(request: unknown): Decoded<SpanRecord> {
  return decodeGroups(request, ENVELOPE, readSpan)
}

function readSpan(span: Json, budget: Budget): SpanRecord {
  const traceId = hexId(span.traceId, 16, 'trace id')
  const spanId = hexId(span.spanId, 8, 'span id')
  if (!traceId) throw new RejectedRecord('missing trace id')
  if (!spanId) throw new RejectedRecord('missing span id')
  const status = object(span.status, 'status')
  const name = budget.string(span.name, 4096)
  const attributes = budget.attributes(span.attributes)
  const events = budget.first(list(span.events, 'events')).map((event) => readEvent(event, budget))
  const links = budget.first(list(span.links, 'links')).map((link) => readLink(link, budget))
  const statusMessage = budget.string(status.message)
  const traceState = budget.string(span.traceState, 4096)
  const flags = whole(span.flags, 0xffffffff)
  const dropped = whole(span.droppedAttributesCount)
  const droppedEvents = whole(span.droppedEventsCount)
  const droppedLinks = whole(span.droppedLinksCount)
  return {
    traceId,
    spanId,
    parentSpanId: hexId(span.parentSpanId, 8, 'parent span id'),
    name,
    kind: member(span.kind, 'SPAN_KIND', KINDS),
    status: member(status.code, 'STATUS_CODE', STATUSES),
    detail: {
      startNano: nanos(span.startTimeUnixNano, 'start time'),
      endNano: nanos(span.endTimeUnixNano, 'end time'),
      attributes,
      ...(events.length && { events }),
      ...(links.length && { links }),
      ...(statusMessage && { statusMessage }),
      ...(traceState && { traceState }),
      ...(flags && { flags }),
      ...(dropped && { dropped }),
      ...(droppedEvents && { droppedEvents }),
      ...(droppedLinks && { droppedLinks }),
    },
  }
}

function readEvent(item: unknown, budget: Budget): SpanEvent {
  const event = object(item, 'events')
  const dropped = whole(event.droppedAttributesCount)
  return {
    name: budget.string(event.name, 4096),
    timeNano: nanos(event.timeUnixNano, 'event time'),
    attributes: budget.attributes(event.attributes),
    ...(dropped && { dropped }),
  }
}

function readLink(item: unknown, budget: Budget): SpanLink {
  const link = object(item, 'links')
  const traceState = budget.string(link.traceState, 4096)
  const flags = whole(link.flags, 0xffffffff)
  const dropped = whole(link.droppedAttributesCount)
  return {
    traceId: hexId(link.traceId, 16, 'trace id of a link'),
    spanId: hexId(link.spanId, 8, 'span id of a link'),
    attributes: budget.attributes(link.attributes),
    ...(traceState && { traceState }),
    ...(flags && { flags }),
    ...(dropped && { dropped }),
  }
}
