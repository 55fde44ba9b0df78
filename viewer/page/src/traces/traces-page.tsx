import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { TraceItem } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { changed, urlOf } from '../data/place.ts'
import { pick } from '../data/range.ts'
import { useLiveList } from '../data/use-live-list.ts'
import { useReading } from '../data/use-reading.ts'
import { shortId } from '../format/plain.ts'
import { Empty } from '../parts/empty.tsx'
import { GettingStarted } from '../parts/getting-started.tsx'
import { LiveMark } from '../parts/live-mark.tsx'
import { MoreButton } from '../parts/more-button.tsx'
import { isFollowing, PauseButton } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { Stale } from '../parts/stale.tsx'
import { WaitingButton } from '../parts/waiting-button.tsx'
import { WindowRows } from '../parts/window-rows.tsx'
import { ImportButton } from './import-button.tsx'
import { TRACE_FILTERS, TraceFilters } from './trace-filters.tsx'
import { TraceRow } from './trace-row.tsx'

/** What the picture of latencies knows as well. */
const LATENCY_FILTERS = ['last', 'from', 'to', 'service', 'q']

const keyOf = ({ traceId }: TraceItem): string => traceId

/** Traces, the newest first, as they arrive; still while someone reads. */
export function TracesPage({ query }: ViewProps): VNode {
  const asked = pick(query, TRACE_FILTERS)
  const box = useRef<HTMLDivElement>(null)
  const list = useLiveList<TraceItem>({
    path: '/api/traces',
    query: asked,
    type: 'trace',
    liveUrl: isFollowing(query)
      ? urlOf('/api/live', { signals: 'traces', service: query.get('service') ?? '' })
      : undefined,
    // The live tail knows services. With other filters, the list is asked for again.
    isPlain: [...asked.keys()].every((key) => key === 'service'),
    isHeld: useReading(box),
    keyOf,
  })
  const compared = query.get('compare')
  const { items } = list
  const slowestMs = Math.max(1e-6, ...(items ?? []).map(({ durationMs }) => durationMs))
  return (
    <>
      <div class="title-row">
        <h1>Traces</h1>
        <LiveMark state={list.live} />
        <WaitingButton list={list} />
        <div class="controls">
          <PauseButton query={query} />
          <a class="button" href={urlOf('/latency', pick(query, LATENCY_FILTERS))}>
            Latency
          </a>
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
      <Problem error={list.error} reload={list.reload} />
      {items?.length === 0 && (
        <>
          <Stale query={query} of="tracesMs" />
          <NoTraces isFiltered={asked.size > 0} incomplete={list.incomplete} />
        </>
      )}
      <div ref={box}>
        {items && items.length > 0 && (
          <WindowRows
            class="rows traces"
            label="Traces"
            items={items}
            keyOf={keyOf}
            row={(item) => (
              <TraceRow key={item.traceId} item={item} slowestMs={slowestMs} compared={compared} />
            )}
          />
        )}
      </div>
      <MoreButton pages={list} />
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
