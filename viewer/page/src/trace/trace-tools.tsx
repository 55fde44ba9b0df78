import type { VNode } from 'preact'
import type { TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { formatDuration } from '../format/duration.ts'
import { QuerySelect } from '../parts/query-select.tsx'
import { COLOURINGS, KIND_COLOURS } from './colouring.ts'
import { FindField } from './find-field.tsx'
import type { TraceState } from './use-trace-state.ts'

interface TraceToolsProps {
  view: TraceView
  state: TraceState
  query: URLSearchParams
}

/** Ways to look at a trace. */
const VIEWS = [
  ['', 'Waterfall'],
  ['flame', 'Flame graph'],
  ['names', 'By name'],
] as const

const LEVELS = [1, 2, 3, 4, 6, 10, 20, 40]

/** How a trace is looked at: as what, which of its spans, in which colours. */
export function TraceTools({ view, state, query }: TraceToolsProps): VNode {
  const { trace, spans } = view
  const shown = query.get('view') ?? ''
  const services = trace.services.map(({ name }) => [name, name || '(unnamed)'] as const)
  const kinds = KIND_COLOURS.filter(([kind]) => spans.some((span) => span.kind === kind))
  const { scale } = state
  return (
    <div class="trace-tools">
      <fieldset class="choice" aria-label="Show as">
        {VIEWS.map(([value, text]) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === shown}
            onClick={() => setQuery({ view: value }, 'replace')}
          >
            {text}
          </button>
        ))}
      </fieldset>
      <FindField query={query} state={state} />
      {services.length > 1 && (
        <QuerySelect
          query={query}
          name="service"
          label="Service"
          options={[['', 'All'], ...services]}
        />
      )}
      {kinds.length > 1 && (
        <QuerySelect
          query={query}
          name="kind"
          label="Kind"
          options={[['', 'All'], ...kinds.map(([kind]) => [kind, kind] as const)]}
        />
      )}
      <QuerySelect query={query} name="colour" label="Colour" options={COLOURINGS} />
      {state.index.depth > 0 && <Levels state={state} />}
      {state.isZoomed && (
        <button
          type="button"
          title="0"
          onClick={() => state.zoom({ fromMs: 0, toMs: state.lengthMs })}
        >
          {formatDuration(scale.fromMs)} – {formatDuration(scale.fromMs + scale.lengthMs)} ×
        </button>
      )}
      <Legend by={query.get('colour')} kinds={kinds} />
    </div>
  )
}

/** How many levels are unfolded. */
function Levels({ state }: { state: TraceState }): VNode {
  const { foldedFrom, index } = state
  const isUsual = foldedFrom > index.depth
  const offered = LEVELS.filter((level) => level <= index.depth)
  if (!isUsual && !offered.includes(foldedFrom + 1)) offered.push(foldedFrom + 1)
  return (
    <label class="field">
      <span>Levels</span>
      <select
        value={isUsual ? '' : String(foldedFrom + 1)}
        onChange={({ currentTarget: { value } }) =>
          state.foldFrom(value === '' ? undefined : Number(value) - 1)
        }
      >
        <option value="">All {index.depth + 1}</option>
        {offered.map((level) => (
          <option key={level} value={String(level)}>
            {level}
          </option>
        ))}
      </select>
    </label>
  )
}

function Legend({ by, kinds }: { by: string | null; kinds: typeof KIND_COLOURS }): VNode | null {
  if (by === 'self') {
    return <span class="legend-note muted">the more time in itself, the stronger</span>
  }
  if (by !== 'kind') return null
  return (
    <ul class="kinds">
      {kinds.map(([kind, className]) => (
        <li key={kind} class={className}>
          <i class="dot" aria-hidden="true" />
          {kind}
        </li>
      ))}
    </ul>
  )
}
