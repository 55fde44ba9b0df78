import type { LogItem, TraceSpan } from '../api-types.ts'
import { logText } from '../format/log-text.ts'
import { textOf } from '../format/plain.ts'
import type { TraceIndex } from './trace-rows.ts'

/**
 * The spans in which a text is found, in whatever case: in name, service, kind, ids, status, what
 * stands beside the bar, attributes and events where they are there, and the records of the span.
 */
export function findIn(spans: readonly TraceSpan[], index: TraceIndex, text: string): string[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  const has = (part: string): boolean => part.toLowerCase().includes(wanted)
  return spans
    .filter((span) => has(textIn(span)) || (index.logs.get(span.spanId) ?? []).some(logHas(has)))
    .map(({ spanId }) => spanId)
}

function textIn(span: TraceSpan): string {
  const { name, service, kind, spanId, status, statusMessage, highlights } = span
  const parts = [name, service, kind, spanId, status, statusMessage ?? '']
  for (const [label, value] of highlights) parts.push(`${label}=${value}`)
  for (const [key, value] of Object.entries(span.attributes ?? {})) {
    parts.push(`${key}=${textOf(value)}`)
  }
  for (const event of span.events ?? []) {
    parts.push(event.name)
    for (const [key, value] of Object.entries(event.attributes)) {
      parts.push(`${key}=${textOf(value)}`)
    }
  }
  return parts.join('\n')
}

const logHas =
  (has: (part: string) => boolean) =>
  (log: LogItem): boolean =>
    has(logText(log))
