import type { VNode } from 'preact'
import type { Note, TraceView } from '../api-types.ts'
import { formatValue } from '../format/number.ts'
import { groupNotes } from '../notes/group-notes.ts'
import { NoteCard } from '../notes/note-card.tsx'

interface TraceExtrasProps {
  view: TraceView
  notes: readonly Note[]
}

const SHOWN = 20

/** What else is known of a trace: measurements that name it, and notes that have it as an example. */
export function TraceExtras({ view, notes }: TraceExtrasProps): VNode {
  const { trace, exemplars } = view
  const own = notes.filter(({ examples }) =>
    examples.some(({ traceId }) => traceId === trace.traceId),
  )
  return (
    <>
      {exemplars.length > 0 && (
        <section>
          <h2>Measured in this trace</h2>
          <ul class="plain">
            {exemplars.slice(0, SHOWN).map(({ metricId, metric, value, unit, spanId, timeMs }) => (
              <li key={`${metricId} ${spanId} ${timeMs} ${value}`}>
                <a href={`/metrics/${metricId}`}>{metric}</a> {formatValue(value, unit)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {own.length > 0 && (
        <section>
          <h2>Notes</h2>
          {groupNotes(own).map((group) => (
            <NoteCard key={group.key} group={group} />
          ))}
        </section>
      )}
    </>
  )
}
