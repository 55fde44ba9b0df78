import type { VNode } from 'preact'
import type { TraceLink, TraceSpan } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { shortId } from '../format/plain.ts'
import { ServiceName } from '../parts/service-name.tsx'
import { Part } from './span-parts.tsx'
import type { TraceIndex } from './trace-rows.ts'

interface RelationsProps {
  span: TraceSpan
  index: TraceIndex
  links: readonly TraceLink[]
  onSelect: (spanId: string) => void
}

interface Relation {
  how: string
  traceId: string
  spanId: string
  name: string | undefined
  service: string | undefined
  durationMs: number | undefined
}

const SHOWN = 50

/** Where a span's work came from and went: messages in the trace, links out of it and into it. */
export function Relations({ span, index, links, onSelect }: RelationsProps): VNode | null {
  const all = [...messages(span, index), ...links.map(linked)]
  if (all.length === 0) return null
  return (
    <Part title="Linked spans">
      <ul class="plain relations">
        {all.slice(0, SHOWN).map((each) => (
          <li key={`${each.how} ${each.traceId} ${each.spanId}`}>
            <span class="muted">{each.how}</span>{' '}
            <a
              href={urlOf(`/traces/${each.traceId}`, { span: each.spanId })}
              onClick={(event) => {
                if (each.traceId !== span.traceId || event.ctrlKey || event.metaKey) return
                event.preventDefault()
                onSelect(each.spanId)
              }}
            >
              {each.name === undefined ? (
                `trace ${shortId(each.traceId)}, span ${shortId(each.spanId)}`
              ) : (
                <bdi>{each.name || '(unnamed)'}</bdi>
              )}
            </a>{' '}
            {each.service === undefined ? (
              <span class="muted">not here</span>
            ) : (
              <>
                <ServiceName name={each.service} />{' '}
                <span class="muted">
                  {formatDuration(each.durationMs)}
                  {each.traceId !== span.traceId && ` · trace ${shortId(each.traceId)}`}
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
      {all.length > SHOWN && <p class="muted">and {all.length - SHOWN} more</p>}
    </Part>
  )
}

/** Who sent what a consumer handles, and who handles what a producer sent, in the same trace. */
function messages(span: TraceSpan, { spans }: TraceIndex): Relation[] {
  const relation = (how: string, other: TraceSpan): Relation => ({ how, ...other })
  const found: Relation[] = []
  const parent = spans.get(span.parentSpanId ?? '')
  if (span.kind === 'consumer' && parent) found.push(relation('sent by', parent))
  if (span.kind === 'producer') {
    for (const other of spans.values()) {
      if (other.parentSpanId === span.spanId) found.push(relation('received by', other))
    }
  }
  return found
}

function linked({ direction, traceId, otherSpanId, other }: TraceLink): Relation {
  return {
    how: direction === 'to' ? 'links to' : 'linked from',
    traceId,
    spanId: otherSpanId,
    name: other?.name,
    service: other?.service,
    durationMs: other?.durationMs,
  }
}
