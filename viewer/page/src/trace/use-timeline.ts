import type { RefObject } from 'preact'
import { type DragHandlers, type Marked, useDragRange } from './use-drag-range.ts'
import type { TraceState } from './use-trace-state.ts'
import { panned, zoomedBy } from './zoom.ts'

interface Timeline {
  marked: Marked | undefined
  handlers: DragHandlers & { onWheel: (event: WheelEvent) => void }
}

/** Zooms a waterfall by dragging over its bars and by the wheel. `ticksBox` is as wide as the bars. */
export function useTimeline(state: TraceState, ticksBox: RefObject<HTMLElement | null>): Timeline {
  const { scale } = state
  const { marked, handlers } = useDragRange({
    timelineOf: (event) =>
      (event.target as Element).closest('.when, .ticks') ? ticksBox.current : undefined,
    onRange: (from, to) =>
      state.zoom({
        fromMs: scale.fromMs + from * scale.lengthMs,
        toMs: scale.fromMs + to * scale.lengthMs,
      }),
  })
  const onWheel = (event: WheelEvent): void => {
    const line = ticksBox.current?.getBoundingClientRect()
    if (!line || !(event.target as Element).closest('.when, .ticks')) return
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      const share = Math.max(0, Math.min(1, (event.clientX - line.left) / line.width))
      const atMs = scale.fromMs + share * scale.lengthMs
      state.zoom(zoomedBy(scale, Math.exp(-event.deltaY * 0.003), atMs, state.lengthMs))
    } else if (state.isZoomed && (event.shiftKey || event.deltaX !== 0)) {
      event.preventDefault()
      const by = (event.deltaX || event.deltaY) / line.width
      state.zoom(panned(scale, by, state.lengthMs))
    }
  }
  return { marked, handlers: { ...handlers, onWheel } }
}
