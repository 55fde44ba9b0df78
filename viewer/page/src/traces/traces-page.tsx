import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { TraceItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { changed, urlOf } from '../data/place.ts'
import { pick } from '../data/range.ts'
import { useLive } from '../data/use-live.ts'
import { usePages } from '../data/use-pages.ts'
import { useThrottled } from '../data/use-throttled.ts'
import { shortId } from '../format/plain.ts'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { LiveMark } from '../parts/live-mark.tsx'
import { MoreButton } from '../parts/more-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { ImportButton } from './import-button.tsx'
import { TRACE_FILTERS, TraceFilters } from './trace-filters.tsx'
import { TraceRow } from './trace-row.tsx'

const REFRESH_MS = 1000

/** Traces, the newest first, as they arrive. */
export function TracesPage({ query }: ViewProps): VNode {
  const asked = pick(query, TRACE_FILTERS)
  const pages = usePages<TraceItem>('/api/traces', asked)
  const [pagesShown, setPagesShown] = useState(1)
  const refresh = useThrottled(() => pages.reload(), REFRESH_MS)
  // Someone who reads older pages wants them to stay where they are.
  const isFollowing = pagesShown === 1 && !query.has('to')
  const live = useLive<TraceItem>(
    isFollowing
      ? urlOf('/api/live', { signals: 'traces', service: query.get('service') ?? '' })
      : undefined,
    'trace',
    { onItem: refresh, onGap: refresh },
  )
  const compared = query.get('compare')
  const { items } = pages
  const slowestMs = Math.max(1e-6, ...(items ?? []).map(({ durationMs }) => durationMs))
  return (
    <>
      <div class="title-row">
        <h1>Traces</h1>
        <LiveMark state={live} />
        <div class="controls">
          <ImportButton />
        </div>
      </div>
      <TraceFilters query={query} />
      {compared && (
        <p class="banner">
          Choose the trace to compare with <code>{shortId(compared)}</code>.{' '}
          <a href={urlOf('/traces', changed(query, { compare: undefined }))}>Never mind</a>
        </p>
      )}
      <Problem error={pages.error} reload={pages.reload} />
      {items?.length === 0 && (
        <NoTraces isFiltered={asked.size > 0} incomplete={pages.incomplete} />
      )}
      {items && items.length > 0 && (
        <ul class="rows traces" aria-label="Traces">
          {items.map((item) => (
            <TraceRow key={item.traceId} item={item} slowestMs={slowestMs} compared={compared} />
          ))}
        </ul>
      )}
      <MoreButton
        pages={{
          ...pages,
          more:
            pages.more &&
            (() => {
              setPagesShown(pagesShown + 1)
              pages.more?.()
            }),
        }}
      />
    </>
  )
}

function NoTraces({ isFiltered, incomplete }: { isFiltered: boolean; incomplete: boolean }): VNode {
  if (!isFiltered) return <GettingStarted what="traces" />
  return (
    <Empty title={incomplete ? 'None among the newest' : 'No trace is like that'}>
      <p>
        Take a filter off, or <a href="/traces">show all traces</a>.
      </p>
    </Empty>
  )
}
