import type { VNode } from 'preact'
import type { MapEdge, ServiceMap } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { urlOf } from '../data/place.ts'
import { DEFAULT_LAST, pick } from '../data/range.ts'
import { sorted } from '../data/sorting.ts'
import { useJson } from '../data/use-json.ts'
import { formatDuration } from '../format/duration.ts'
import { formatCount, formatNumber, formatShare } from '../format/number.ts'
import { Empty } from '../parts/empty.tsx'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { Stale } from '../parts/stale.tsx'
import { MapPicture } from './map-picture.tsx'

const EVERY_MS = 10_000

const COLUMNS: readonly Column[] = [
  'From',
  ['To', 'text'],
  'Calls',
  ['per second', 'wide'],
  'Errors',
  ['p50', 'wide'],
  'p95',
  ['Newest', 'text'],
]

/** Who calls whom, how often, how well and how fast: as a picture, and as a table. */
export function MapPage({ query }: ViewProps): VNode {
  const asked = pick(query, ['last', 'from', 'to'])
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<ServiceMap>(urlOf('/api/map', asked), { everyMs })
  return (
    <>
      <div class="title-row">
        <h1>Map of services</h1>
        <div class="controls">
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data?.edges.length === 0 && (
        <>
          <Stale query={query} of="tracesMs" byDefault={DEFAULT_LAST} />
          <Empty title="Nobody calls anybody in this time">
            <p>Choose a longer time.</p>
          </Empty>
        </>
      )}
      {data && data.edges.length > 0 && (
        <>
          <MapPicture map={data} query={query} />
          <EdgesTable map={data} query={query} />
          <p class="muted">
            {data.edgesTotal > data.edges.length &&
              `The ${data.edges.length} busiest of ${formatCount(data.edgesTotal)} ways. `}
            From {formatCount(data.lookedAt)} spans
            {data.truncated && ', among the newest 20,000 that arrived'}.
          </p>
        </>
      )}
    </>
  )
}

function EdgesTable({ map, query }: { map: ServiceMap; query: URLSearchParams }): VNode {
  const nameOf = new Map(map.nodes.map(({ id, name }) => [id, name]))
  const name = (id: string): string => nameOf.get(id) ?? id
  const { rows, sorting } = sorted<MapEdge>(query, 'map', map.edges, {
    From: ({ from }) => name(from),
    To: ({ to }) => name(to),
    Calls: ({ requests }) => requests,
    'per second': ({ ratePerS }) => ratePerS,
    Errors: ({ errorRatio }) => errorRatio,
    p50: ({ p50Ms }) => p50Ms,
    p95: ({ p95Ms }) => p95Ms,
  })
  return (
    <section>
      <h2>Calls</h2>
      <FiguresTable columns={COLUMNS} sorting={sorting} label="Calls">
        {rows.map(({ from, to, sample, ...each }) => (
          <tr key={`${from} ${to}`}>
            <th scope="row">{name(from)}</th>
            <td class="text">{name(to)}</td>
            <td>{formatCount(each.requests)}</td>
            <td class="wide">{formatNumber(each.ratePerS)}</td>
            <td class={each.errors ? 'bad' : undefined}>{formatShare(each.errorRatio)}</td>
            <td class="wide">{formatDuration(each.p50Ms)}</td>
            <td>{formatDuration(each.p95Ms)}</td>
            <td class="text">
              <a
                data-item
                href={urlOf(`/traces/${sample.traceId}`, { span: sample.spanId })}
                aria-label={`trace of the newest call from ${name(from)} to ${name(to)}`}
              >
                trace
              </a>
            </td>
          </tr>
        ))}
      </FiguresTable>
    </section>
  )
}
