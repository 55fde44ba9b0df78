import type { VNode } from 'preact'
import type { Overview } from '../api-types.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried } from '../data/range.ts'
import { sorted } from '../data/sorting.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatNumber, formatShare } from '../format/number.ts'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { SparkLine } from '../parts/spark-line.tsx'

const COLUMNS: readonly Column[] = [
  'Route',
  ['Service', 'wide text'],
  'Requests',
  ['per second', 'wide'],
  'Errors',
  ['p50', 'wide'],
  'p95',
  ['p99', 'wide'],
  ['Over time', 'wide text'],
]

interface RoutesTableProps {
  routes: Overview['routes']
  query: URLSearchParams
  /** Slots that are complete. */
  slots: number
}

/** Routes, the busiest first; each leads to its traces. */
export function RoutesTable({ routes, query, slots }: RoutesTableProps): VNode {
  if (routes.length === 0) return <p class="muted">No requests in this time.</p>
  const { rows, sorting } = sorted(query, 'routes', routes, {
    Route: ({ route }) => route,
    Service: ({ service }) => service,
    Requests: ({ requests }) => requests,
    'per second': ({ ratePerS }) => ratePerS,
    Errors: ({ errorRatio }) => errorRatio,
    p50: ({ p50Ms }) => p50Ms,
    p95: ({ p95Ms }) => p95Ms,
    p99: ({ p99Ms }) => p99Ms,
  })
  const slowestMs = Math.max(...routes.map(({ p95Ms }) => p95Ms ?? 0))
  return (
    <section>
      <h2>Routes</h2>
      <FiguresTable columns={COLUMNS} sorting={sorting} label="Routes">
        {rows.map((each) => (
          <tr key={`${each.service} ${each.kind} ${each.route}`}>
            <th scope="row">
              <a data-item href={tracesUrl(query, each)}>
                {each.route || '(unnamed)'}
              </a>
            </th>
            <td class="wide text">
              <ServiceName name={each.service} />
            </td>
            <td>{formatCount(each.requests)}</td>
            <td class="wide">{formatNumber(each.ratePerS)}</td>
            <td>
              {each.errors > 0 ? (
                <a class="bad" href={tracesUrl(query, each, 'error')}>
                  {formatShare(each.errorRatio)}
                </a>
              ) : (
                <span class="muted">0</span>
              )}
            </td>
            <td class="wide">{formatDuration(each.p50Ms)}</td>
            <td>
              <span
                class="bar"
                style={{ '--share': slowestMs ? (each.p95Ms ?? 0) / slowestMs : 0 }}
              >
                {formatDuration(each.p95Ms)}
              </span>
            </td>
            <td class="wide">{formatDuration(each.p99Ms)}</td>
            <td class="wide text">
              <SparkLine
                values={each.requestsOverTime.slice(0, slots)}
                label={`Requests of ${each.route} by slot`}
              />
            </td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}

function tracesUrl(
  query: URLSearchParams,
  { service, route }: Overview['routes'][number],
  status?: string,
): string {
  // The overview calls a request by the name that its span has.
  return urlOf('/traces', changed(carried(query), { service, name: route, status }))
}
