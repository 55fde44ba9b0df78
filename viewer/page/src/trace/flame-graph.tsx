import type { VNode } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { FlamePicture } from '../flame/flame-picture.tsx'
import { formatDuration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { type Frame, flameOf, frameOf } from './flame.ts'
import type { TraceState } from './use-trace-state.ts'

interface FlameGraphProps {
  view: TraceView
  state: TraceState
  query: URLSearchParams
}

/** Time by the place in the tree: equal names at equal places are one box, as wide as their time. */
export function FlameGraph({ view, state, query }: FlameGraphProps): VNode {
  const [hovered, setHovered] = useState<Frame>()
  const { index, selected } = state
  const frames = useMemo(() => flameOf(view.spans), [view])
  const rootId = query.get('root')
  const root = useMemo(
    () => (rootId === null ? undefined : frameOf(frames, index.spans, rootId)),
    [frames, rootId],
  )
  const chosen = useMemo(
    () => (selected ? frameOf(frames, index.spans, selected.spanId) : undefined),
    [frames, selected],
  )
  const told = hovered ?? chosen ?? root
  return (
    <div class="flame">
      <p class="flame-head">
        {told ? (
          <>
            <bdi>{told.name || '(unnamed)'}</bdi>{' '}
            <span class="muted">
              {counted(told.count, 'span')} · {formatDuration(told.totalMs)} ·{' '}
              {formatDuration(told.selfMs)} itself
              {told.errors > 0 && ` · ${counted(told.errors, 'error')}`}
            </span>
          </>
        ) : (
          <span class="muted">
            As wide as its time. Click for the slowest span of a box, twice to see it alone.
          </span>
        )}
        {root && (
          <button type="button" onClick={() => setQuery({ root: undefined }, 'replace')}>
            Whole trace
          </button>
        )}
      </p>
      <FlamePicture
        frames={frames}
        levels={index.depth + 1}
        root={root}
        chosen={chosen}
        isFound={(frame) => state.isFound?.has(frame.slowest.spanId)}
        colourOf={({ slowest }) => state.lookOf(slowest).class}
        drawnAgainFor={[state.isFound, state.lookOf]}
        label={`Flame graph of ${counted(view.spans.length, 'span')}. The table "By name" and the waterfall have the same in words.`}
        onHover={setHovered}
        onChoose={(frame) => state.select(frame?.slowest.spanId)}
        onAlone={(frame) => setQuery({ root: frame?.slowest.spanId }, 'replace')}
      />
    </div>
  )
}
