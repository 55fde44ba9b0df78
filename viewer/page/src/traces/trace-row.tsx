import type { VNode } from 'preact'
import type { TraceItem } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { ServiceName } from '../parts/service-name.tsx'
import { StatusMark } from '../parts/status-mark.tsx'
import { Time } from '../parts/time.tsx'

interface TraceRowProps {
  item: TraceItem
  slowestMs: number
  /** Another trace that this one would be compared with. */
  compared: string | null
}

const SERVICES_SHOWN = 3

/** One trace of the list. */
export function TraceRow({ item, slowestMs, compared }: TraceRowProps): VNode {
  const { traceId, services, errors } = item
  const href = compared ? urlOf('/compare', { a: compared, b: traceId }) : `/traces/${traceId}`
  return (
    <li data-key={traceId}>
      <a data-item class="row trace-row" href={href}>
        <StatusMark status={item.httpStatus} errors={errors} />
        <Time ms={item.startMs} />
        <span class="name">
          {item.rootMissing && (
            <span class="muted" title="The first span has not arrived">
              …{' '}
            </span>
          )}
          <bdi>{item.name || '(unnamed)'}</bdi>
        </span>
        <span class="services">
          {services.slice(0, SERVICES_SHOWN).map(({ name }) => (
            <ServiceName key={name} name={name} />
          ))}
          {services.length > SERVICES_SHOWN && (
            <span class="muted">+{services.length - SERVICES_SHOWN}</span>
          )}
        </span>
        <span class="counts">
          {counted(item.spans, 'span')}
          {errors > 0 && <span class="bad">, {counted(errors, 'error')}</span>}
        </span>
        <span class="bar" style={{ '--share': item.durationMs / slowestMs }}>
          {formatDuration(item.durationMs)}
        </span>
      </a>
    </li>
  )
}
