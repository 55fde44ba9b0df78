import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import type { NotesView, TraceLink, TraceView } from '../api-types.ts'
import type { ViewProps } from '../app/views.ts'
import { go, goBack, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { type LiveState, useLive } from '../data/use-live.ts'
import { useThrottled } from '../data/use-throttled.ts'
import { Empty } from '../parts/empty.tsx'
import { isFollowing } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { FlameGraph } from './flame-graph.tsx'
import { Minimap } from './minimap.tsx'
import { NamesTable } from './names-table.tsx'
import { SpanPanel } from './span-panel.tsx'
import { TraceExtras } from './trace-extras.tsx'
import { TraceHeader } from './trace-header.tsx'
import { TraceTools } from './trace-tools.tsx'
import { useTraceKeys } from './use-trace-keys.ts'
import { useTraceState } from './use-trace-state.ts'
import { Waterfall } from './waterfall.tsx'

/** A trace that grows is read again no more often than this. */
const MIN_PAUSE_MS = 300

/** One trace in whole; it grows as its spans arrive. */
export function TracePage({ id, query }: ViewProps): VNode {
  const clock = query.get('clock') === 'sent' ? '?clock=sent' : ''
  const { data, error, reload } = useJson<TraceView>(`/api/traces/${id}${clock}`)
  // A large trace takes longer to be read and drawn.
  const pauseMs = Math.max(MIN_PAUSE_MS, data?.spans.length ?? 0)
  const grow = useThrottled(reload, pauseMs)
  const live = useLive<unknown>(
    isFollowing(query) ? urlOf('/api/live', { traceId: id }) : undefined,
    ['trace', 'log'],
    { onItem: grow, onGap: grow },
  )
  if (error?.status === 404) {
    return (
      <Empty title="This trace is not here">
        <p>
          It may not have arrived yet, and then it appears here by itself; or it was removed because
          of its age.{' '}
          <button type="button" onClick={reload}>
            Look again
          </button>
        </p>
        <p>
          <a href="/traces">To all traces</a>
        </p>
      </Empty>
    )
  }
  return (
    <>
      <Problem error={error} reload={reload} />
      {data && <Trace view={data} query={query} live={live} />}
    </>
  )
}

interface TraceProps {
  view: TraceView
  query: URLSearchParams
  live: LiveState
}

function Trace({ view, query, live }: TraceProps): VNode {
  const state = useTraceState(view, query)
  const notes = useJson<NotesView>('/api/notes')
  const { traceId, name, spans } = view.trace
  const { selected } = state
  // Asked again when there are more spans.
  const linked = useJson<{ links: TraceLink[] }>(`/api/traces/${traceId}/links?spans=${spans}`)
  const links = useMemo(
    () => Map.groupBy(linked.data?.links ?? [], ({ spanId }) => spanId),
    [linked.data],
  )
  const [isPrinted, setPrinted] = useState(false)
  useLayoutEffect(() => {
    if (!isPrinted) return
    window.print()
    setPrinted(false)
  }, [isPrinted])
  const selectedId = selected?.spanId
  useEffect(() => {
    // There the panel covers the lower half of the page.
    if (selectedId === undefined || !matchMedia('(max-width: 1100px)').matches) return
    document.getElementById(`span-${selectedId}`)?.scrollIntoView({ block: 'start' })
  }, [selectedId])
  const shown = query.get('view')
  const compare = (): void => go(urlOf('/traces', { compare: traceId, name }))
  useTraceKeys(state, compare, () =>
    query.has('span') ? state.select(undefined) : goBack('/traces'),
  )
  return (
    <>
      <TraceHeader
        view={view}
        state={state}
        query={query}
        live={live}
        onCompare={compare}
        onPrint={() => setPrinted(true)}
      />
      <TraceTools view={view} state={state} query={query} />
      <div class={selected ? 'trace with-panel' : 'trace'}>
        <div class="trace-main">
          {shown === 'flame' ? (
            <FlameGraph view={view} state={state} query={query} />
          ) : shown === 'names' ? (
            <NamesTable spans={state.wanted} query={query} onSelect={state.select} />
          ) : (
            <>
              <Minimap view={view} state={state} />
              <Waterfall state={state} links={links} isPrinted={isPrinted} />
            </>
          )}
        </div>
        {selected && (
          <SpanPanel
            key={selected.spanId}
            span={selected}
            index={state.index}
            logs={state.index.logs.get(selected.spanId) ?? []}
            links={links.get(selected.spanId) ?? []}
            onClose={() => state.select(undefined)}
            onSelect={state.reveal}
          />
        )}
      </div>
      <TraceExtras view={view} notes={notes.data?.notes ?? []} />
    </>
  )
}
