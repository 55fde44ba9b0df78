import type { VNode } from 'preact'
import type { ErrorGroup, ErrorsView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { changed, urlOf } from '../data/place.ts'
import { carried, DEFAULT_LAST, pick } from '../data/range.ts'
import { sorted } from '../data/sorting.ts'
import { useJson } from '../data/use-json.ts'
import { formatCount } from '../format/number.ts'
import { ago, utc } from '../format/time.ts'
import { Empty } from '../parts/empty.tsx'
import { type Column, FiguresTable } from '../parts/figures-table.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { RangeSelect } from '../parts/range-select.tsx'
import { ServiceName } from '../parts/service-name.tsx'
import { ServiceSelect } from '../parts/service-select.tsx'
import { Stale } from '../parts/stale.tsx'

const EVERY_MS = 5000

const COLUMNS: readonly Column[] = [
  'Error',
  ['Service', 'wide text'],
  'Count',
  ['Routes', 'wide text'],
  ['First', 'wide'],
  'Last',
  ['Sample', 'text'],
]

/** Failures by type, message and place, the most frequent first. */
export function ErrorsPage({ query }: ViewProps): VNode {
  const asked = changed(pick(query, ['from', 'to', 'service']), {
    last: query.has('from') || query.has('to') ? undefined : (query.get('last') ?? DEFAULT_LAST),
  })
  const everyMs = isFollowing(query) ? EVERY_MS : undefined
  const { data, error, reload } = useJson<ErrorsView>(urlOf('/api/errors', asked), { everyMs })
  return (
    <>
      <div class="title-row">
        <h1>Errors</h1>
        <div class="controls">
          <ServiceSelect query={query} />
          <RangeSelect query={query} byDefault={DEFAULT_LAST} />
          <PauseButton query={query} />
          <a
            class="button"
            href={urlOf('/latency', changed(carried(query), { chosenStatus: 'error' }))}
          >
            What distinguishes these
          </a>
        </div>
      </div>
      <Problem error={error} reload={reload} />
      {data?.errors.length === 0 && (
        <>
          <Stale query={query} of="tracesMs" byDefault={DEFAULT_LAST} />
          <Empty title="No span failed in this time">
            <p>Choose a longer time, or take a filter off.</p>
          </Empty>
        </>
      )}
      {data && data.errors.length > 0 && (
        <>
          <ErrorsTable errors={data.errors} query={query} />
          <p class="muted">
            {data.groups > data.errors.length &&
              `The ${data.errors.length} largest of ${formatCount(data.groups)} kinds. `}
            A failure counts where it began, not in the spans that waited for it. “…” stands for
            numbers and ids. Of the newest {formatCount(data.lookedAt)} failed spans.
          </p>
        </>
      )}
    </>
  )
}

function ErrorsTable({
  errors,
  query,
}: Pick<ErrorsView, 'errors'> & { query: URLSearchParams }): VNode {
  const { rows, sorting } = sorted<ErrorGroup>(query, 'errors', errors, {
    Error: ({ type, message }) => `${type} ${message}`,
    Service: ({ service }) => service,
    Count: ({ count }) => count,
    Routes: ({ routes }) => routes.join(' '),
    First: ({ firstMs }) => firstMs,
    Last: ({ lastMs }) => lastMs,
  })
  return (
    <FiguresTable class="errors" columns={COLUMNS} sorting={sorting} label="Errors">
      {rows.map((each) => {
        const { service, type, message, at, count, routes, firstMs, lastMs, sample } = each
        return (
          <tr key={JSON.stringify([service, type, message, at])}>
            <th scope="row">
              <a data-item href={urlOf(`/traces/${sample.traceId}`, { span: sample.spanId })}>
                {type && <b>{type} </b>}
                {message || '(without a message)'}
              </a>
              {at && <code class="muted">{at}</code>}
            </th>
            <td class="wide text">
              <ServiceName name={service} />
            </td>
            <td>{formatCount(count)}</td>
            <td class="wide text routes">{routes.join(', ')}</td>
            <td class="wide" title={utc(firstMs)}>
              {ago(firstMs, Date.now())}
            </td>
            <td title={utc(lastMs)}>{ago(lastMs, Date.now())}</td>
            <td class="text">
              <a
                href={urlOf(`/traces/${sample.traceId}`, { span: sample.spanId })}
                aria-label={`Newest trace of ${type} ${message}`}
              >
                trace
              </a>
            </td>
          </tr>
        )
      })}
    </FiguresTable>
  )
}
