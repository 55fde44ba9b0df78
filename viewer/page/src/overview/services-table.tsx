import type { VNode } from 'preact'
import type { Overview, ServiceItem } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { sorted } from '../data/sorting.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { textOf } from '../format/plain.ts'
import { ago } from '../format/time.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { ServiceName } from '../parts/service-name.tsx'

const COLUMNS: readonly Column[] = [
  'Service',
  ['Version', 'wide text'],
  ['Instances', 'wide'],
  'Spans',
  'Logs',
  ['Points', 'wide'],
  ['p95', 'wide'],
  'Seen',
]

interface ServicesTableProps {
  services: readonly ServiceItem[]
  figures: Overview['services']
  query: URLSearchParams
}

/** Who sends, what they are and how much they sent. */
export function ServicesTable({ services, figures, query }: ServicesTableProps): VNode {
  const p95 = new Map(figures.map(({ service, p95Ms }) => [service, p95Ms]))
  const { rows, sorting } = sorted(query, 'services', services, {
    Service: ({ name }) => name,
    Version: ({ resource }) => textOf(resource['service.version'] ?? ''),
    Instances: ({ instances }) => instances,
    Spans: ({ spans }) => spans,
    Logs: ({ logs }) => logs,
    Points: ({ points }) => points,
    p95: ({ name }) => p95.get(name) ?? null,
    Seen: ({ lastSeenMs }) => lastSeenMs,
  })
  return (
    <section>
      <h2>Services</h2>
      <FiguresTable columns={COLUMNS} sorting={sorting} label="Services">
        {rows.map((each) => (
          <tr key={each.name}>
            <th scope="row">
              <a data-item href={urlOf('/traces', { service: each.name })}>
                <ServiceName name={each.name} />
              </a>
            </th>
            <td class="wide text">{textOf(each.resource['service.version'] ?? '–')}</td>
            <td class="wide">{formatCount(each.instances)}</td>
            <td>{formatCount(each.spans)}</td>
            <td>{formatCount(each.logs)}</td>
            <td class="wide">{formatCount(each.points)}</td>
            <td class="wide">{formatDuration(p95.get(each.name))}</td>
            <td>{ago(each.lastSeenMs, Date.now())}</td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}
