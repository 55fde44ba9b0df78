import type { Plain } from '../../viewer/otlp/value.ts'
import type { TraceSpan, TraceView } from '../../viewer/query/trace.ts'
import type { Viewer } from '../../viewer/viewer.ts'
import type { ReceivedSpan } from './span.ts'

type Fetch = Viewer['fetch']

const FLAG_REMOTE_PARENT = 0x200
const ORIGIN = 'http://localhost'

/**
 * Hands on the spans of each trace that a viewer receives something of: all that are there by then,
 * each time. Reads the viewer's live tail until `signal` is aborted.
 */
export async function watchSpans(
  fetch: Fetch,
  onSpans: (spans: ReceivedSpan[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const { body } = await fetch(new Request(`${ORIGIN}/api/live?signals=traces`))
  if (!body) throw new Error('the viewer has no live tail')
  const reader = body.getReader()
  signal.addEventListener('abort', () => reader.cancel())
  const decoder = new TextDecoder()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + decoder.decode(part.value, { stream: true })).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const [, data] = /^event: trace\ndata: (.*)$/m.exec(event) ?? []
      if (data) onSpans(await spansOf(fetch, JSON.parse(data).traceId))
    }
  }
}

async function spansOf(fetch: Fetch, traceId: string): Promise<ReceivedSpan[]> {
  const response = await fetch(new Request(`${ORIGIN}/api/traces/${traceId}`))
  // Gone already, when the store is full.
  if (!response.ok) return []
  const { spans } = (await response.json()) as TraceView
  return spans.map(received)
}

function received(span: TraceSpan): ReceivedSpan {
  const { traceId, spanId, name, kind, service, links = [], events = [], flags = 0 } = span
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanId ?? '',
    remoteParent: (flags & FLAG_REMOTE_PARENT) !== 0,
    name,
    kind: kind === 'unset' ? 'internal' : kind,
    service,
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
    failed: span.status === 'error',
    statusMessage: span.statusMessage ?? '',
    attributes: new Map(
      Object.entries(span.attributes ?? {}).map(([key, value]) => [key, text(value)]),
    ),
    links,
    exceptions: events
      .filter((event) => event.name === 'exception')
      .map(({ attributes }) =>
        [attributes['exception.type'], attributes['exception.message']].filter(Boolean).join(': '),
      ),
  }
}

const text = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value))
