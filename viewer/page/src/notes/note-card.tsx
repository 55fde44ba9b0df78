import type { VNode } from 'preact'
import type { Note } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { counted } from '../format/number.ts'
import { shortId } from '../format/plain.ts'
import { RichText } from '../parts/rich-text.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import type { NoteGroup } from './group-notes.ts'

const SHOWN = 6
const LINKS_SHOWN = 3

/** What could be better, why, and where to see it. */
export function NoteCard({ group }: { group: NoteGroup }): VNode {
  const { level, message, advice, notes } = group
  return (
    <article class={`note ${level}`}>
      <h3>
        <RichText text={message} />
      </h3>
      <p>
        <RichText text={advice} />
      </p>
      <ul class="subjects">
        {notes.slice(0, SHOWN).map((note) => (
          <Subject key={note.subject} note={note} />
        ))}
      </ul>
      {notes.length > SHOWN && <p class="muted">and {counted(notes.length - SHOWN, 'other')}</p>}
    </article>
  )
}

function Subject({ note }: { note: Note }): VNode {
  const { signal, subject, count, services } = note
  const links = linksOf(note)
  return (
    <li>
      <span class="muted">{signal}</span> <code>{subject}</code>{' '}
      <span class="muted">{counted(count, 'time')}</span>
      {services.map((name) => (
        <ServiceName key={name} name={name} />
      ))}
      {links.map(([href, text]) => (
        <a key={href} href={href} data-item>
          {text}
        </a>
      ))}
    </li>
  )
}

/** Where it is to be seen; each trace once. */
function linksOf({ examples }: Note): [href: string, text: string][] {
  const links = new Map<string, [string, string]>()
  for (const { traceId, spanId, metricId } of examples) {
    if (traceId && !links.has(traceId)) {
      const href = urlOf(`/traces/${traceId}`, { span: spanId })
      links.set(traceId, [href, `trace ${shortId(traceId)}`])
    } else if (metricId !== undefined) {
      links.set(`${metricId}`, [`/metrics/${metricId}`, 'metric'])
    }
  }
  return [...links.values()].slice(0, LINKS_SHOWN)
}
