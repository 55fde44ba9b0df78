import type { VNode } from 'preact'
import type { TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { ServiceName } from '../parts/service-name.tsx'

interface ClockNoteProps {
  view: TraceView
  query: URLSearchParams
}

const SHOWN = 4

/** Says that clocks were put right, and shows the times as they were sent when asked to. */
export function ClockNote({ view: { clockSkew }, query }: ClockNoteProps): VNode | null {
  if (query.get('clock') === 'sent') {
    return (
      <p class="banner">
        Times are shown as they were sent.{' '}
        <button
          type="button"
          class="link"
          onClick={() => setQuery({ clock: undefined }, 'replace')}
        >
          Put the clocks right
        </button>
      </p>
    )
  }
  if (clockSkew.length === 0) return null
  return (
    <p class="banner">
      Clocks differ: what was called began before its caller, or after it had ended. Moved to fit:{' '}
      {clockSkew.slice(0, SHOWN).map(({ service, skewMs, spans }) => (
        <span key={`${service} ${skewMs}`}>
          <ServiceName name={service} /> by {skewMs > 0 ? '+' : ''}
          {formatDuration(skewMs)} ({counted(spans, 'span')}){' '}
        </span>
      ))}
      {clockSkew.length > SHOWN && `and ${clockSkew.length - SHOWN} more. `}
      <button type="button" class="link" onClick={() => setQuery({ clock: 'sent' }, 'replace')}>
        Show as sent
      </button>
    </p>
  )
}
