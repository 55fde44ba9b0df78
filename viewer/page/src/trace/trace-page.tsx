import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { NotesView, TraceView } from '../api-types.ts'
import { useKeys } from '../app/keys.ts'
import type { ViewProps } from '../app/views.ts'
import { go, goBack, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { type LiveState, useLive } from '../data/use-live.ts'
import { useThrottled } from '../data/use-throttled.ts'
import { Empty } from '../parts/empty.tsx'
import { isFollowing } from '../parts/pause-button.tsx'
import { Problem } from '../parts/problem.tsx'
import { SpanPanel } from './span-panel.tsx'
import { TraceExtras } from './trace-extras.tsx'
import { TraceHeader } from './trace-header.tsx'
import { useTraceState } from './use-trace-state.ts'
import { Waterfall } from './waterfall.tsx'

/** A trace that grows is read again no more often than this. */
const MIN_PAUSE_MS = 300

/** One trace in whole; it grows as its spans arrive. */
export function TracePage({ id, query }: ViewProps): VNode {
  const { data, error, reload } = useJson<TraceView>(`/api/traces/${id}`)
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
  const { traceId, name } = view.trace
  const { selected } = state
  const selectedId = selected?.spanId
  useEffect(() => {
    // There the panel covers the lower half of the page.
    if (selectedId === undefined || !matchMedia('(max-width: 1100px)').matches) return
    document.getElementById(`span-${selectedId}`)?.scrollIntoView({ block: 'start' })
  }, [selectedId])
  const compare = (): void => go(urlOf('/traces', { compare: traceId, name }))
  const foldSelected = (isFolded: boolean) => () => {
    if (selected) state.fold(selected.spanId, isFolded)
  }
  useKeys({
    j: () => state.move(1),
    k: () => state.move(-1),
    ArrowDown: () => state.move(1),
    ArrowUp: () => state.move(-1),
    ArrowLeft: foldSelected(true),
    ArrowRight: foldSelected(false),
    e: state.nextError,
    c: compare,
    Escape: () => (query.has('span') ? state.select(undefined) : goBack('/traces')),
  })
  return (
    <>
      <TraceHeader view={view} state={state} query={query} live={live} onCompare={compare} />
      <div class={selected ? 'trace with-panel' : 'trace'}>
        <Waterfall view={view} state={state} />
        {selected && (
          <SpanPanel
            key={selected.spanId}
            span={selected}
            logs={state.index.logs.get(selected.spanId) ?? []}
            onClose={() => state.select(undefined)}
          />
        )}
      </div>
      <TraceExtras view={view} notes={notes.data?.notes ?? []} />
    </>
  )
}
