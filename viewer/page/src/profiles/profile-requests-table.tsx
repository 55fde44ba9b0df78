import type { VNode } from 'preact'
import type { ProfileRequests, ProfileView } from '../api-types.ts'
import { urlOf } from '../data/place.ts'
import { sorted } from '../data/sorting.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { ServiceName } from '../parts/service-name.tsx'

type Route = ProfileRequests['routes'][number]

const COLUMNS: readonly Column[] = [
  'Route',
  ['Service', 'wide text'],
  'Requests',
  ['Failed', 'wide'],
  'Work',
  ['Work each', 'wide'],
  ['Took each', 'wide'],
  ['Sample', 'text'],
]

interface ProfileRequestsTableProps {
  profile: ProfileView
  query: URLSearchParams
}

/** Which requests ran meanwhile. */
export function ProfileRequestsTable({ profile, query }: ProfileRequestsTableProps): VNode {
  const { requests, startMs, durationMs, kind } = profile
  return (
    <section>
      <h2>Requests meanwhile</h2>
      {requests && requests.routes.length > 0 ? (
        <RoutesTable requests={requests} query={query} />
      ) : (
        <p class="muted">
          {requests
            ? 'No trace of this time is here: send some to the viewer while the profile is made.'
            : 'It is not known when this profile was made.'}
        </p>
      )}
      {requests && startMs !== null && requests.routes.length > 0 && (
        <p class="muted">
          {kind === 'cpu' &&
            `Work is an estimate: the profile's time, divided among the requests that ran at once. ${formatDuration(requests.otherMs)} were spent while none did. `}
          {requests.truncated && 'Of the newest requests only. '}
          <a
            href={urlOf('/traces', {
              from: String(Math.floor(startMs)),
              to: String(Math.ceil(startMs + durationMs)),
            })}
          >
            Their traces
          </a>
        </p>
      )}
    </section>
  )
}

interface RoutesTableProps {
  requests: ProfileRequests
  query: URLSearchParams
}

function RoutesTable({ requests, query }: RoutesTableProps): VNode {
  const { rows, sorting } = sorted<Route>(query, 'requests', requests.routes, {
    Route: ({ route }) => route,
    Service: ({ service }) => service,
    Requests: ({ count }) => count,
    Failed: ({ failed }) => failed,
    Work: ({ cpuMs }) => cpuMs,
    'Work each': ({ cpuMs, count }) => cpuMs / count,
    'Took each': ({ wallMs, count }) => wallMs / count,
  })
  return (
    <FiguresTable columns={COLUMNS} sorting={sorting} label="Requests meanwhile">
      {rows.map(({ service, route, count, failed, cpuMs, wallMs, sample }) => (
        <tr key={`${service}\0${route}`}>
          <th scope="row">
            <bdi>{route}</bdi>
          </th>
          <td class="wide text">
            <ServiceName name={service} />
          </td>
          <td>{formatCount(count)}</td>
          <td class={failed > 0 ? 'wide bad' : 'wide muted'}>{formatCount(failed)}</td>
          <td>{formatDuration(cpuMs)}</td>
          <td class="wide">{formatDuration(cpuMs / count)}</td>
          <td class="wide">{formatDuration(wallMs / count)}</td>
          <td class="text">
            <a
              href={urlOf(`/traces/${sample.traceId}`, { span: sample.spanId })}
              aria-label={`trace of ${route}`}
            >
              trace
            </a>
          </td>
        </tr>
      ))}
    </FiguresTable>
  )
}
