import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import type { NotesView, TraceView } from '../api-types.ts'
import { useKeys } from '../app/keys.ts'
import type { ViewProps } from '../app/views.ts'
import { go, goBack, urlOf } from '../data/place.ts'
import { useJson } from '../data/use-json.ts'
import { Empty } from '../parts/empty.tsx'
import { Problem } from '../parts/problem.tsx'
import { SpanPanel } from './span-panel.tsx'
import { TraceExtras } from './trace-extras.tsx'
import { TraceHeader } from './trace-header.tsx'
import { useTraceState } from './use-trace-state.ts'
import { Waterfall } from './waterfall.tsx'

/** One trace in whole. */
export function TracePage({ id, query }: ViewProps): VNode {
  const { data, error, reload } = useJson<TraceView>(`/api/traces/${id}`)
  if (error?.status === 404) {
    return (
      <Empty title="This trace is not here">
        <p>
          It may not have arrived yet, or it was removed because of its age.{' '}
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
      {data && <Trace view={data} query={query} reload={reload} />}
    </>
  )
}

interface TraceProps {
  view: TraceView
  query: URLSearchParams
  reload: () => void
}

function Trace({ view, query, reload }: TraceProps): VNode {
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
      <TraceHeader view={view} state={state} onCompare={compare} onReload={reload} />
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
