import type { VNode } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { TraceView } from '../api-types.ts'
import { useColourChanges } from '../app/theme.ts'
import { setQuery } from '../data/place.ts'
import { useWidth } from '../data/use-width.ts'
import { formatDuration } from '../format/duration.ts'
import { counted } from '../format/number.ts'
import { ScrollBox } from '../parts/scroll-box.tsx'
import { drawFlame, FRAME_HEIGHT, frameAt } from './draw-flame.ts'
import { type Frame, flameOf, frameOf } from './flame.ts'
import type { TraceState } from './use-trace-state.ts'

interface FlameGraphProps {
  view: TraceView
  state: TraceState
  query: URLSearchParams
}

/** Time by the place in the tree: equal names at equal places are one box, as wide as their time. */
export function FlameGraph({ view, state, query }: FlameGraphProps): VNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const box = useRef<HTMLElement>(null)
  const width = useWidth(box)
  const colours = useColourChanges()
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
  const levels = index.depth + 1
  useEffect(() => {
    if (!canvas.current) return
    drawFlame(canvas.current, frames, {
      width,
      levels,
      root,
      chosen,
      isFound: (frame) => state.isFound?.has(frame.slowest.spanId),
      colourOf: ({ slowest }) => state.lookOf(slowest).class,
    })
  }, [frames, width, levels, root, chosen, colours, state.isFound, state.lookOf])
  const at = (event: MouseEvent): Frame | undefined =>
    frameAt(frames, root, event.offsetX / width, Math.floor(event.offsetY / FRAME_HEIGHT))
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
      <ScrollBox class="flame-box" label="Flame graph" box={box}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Flame graph of ${counted(view.spans.length, 'span')}. The table "By name" and the waterfall have the same in words.`}
          style={{ height: `${levels * FRAME_HEIGHT}px` }}
          onPointerMove={(event) => setHovered(at(event))}
          onPointerLeave={() => setHovered(undefined)}
          onClick={(event) => state.select(at(event)?.slowest.spanId)}
          onDblClick={(event) => setQuery({ root: at(event)?.slowest.spanId }, 'replace')}
        />
      </ScrollBox>
    </div>
  )
}
