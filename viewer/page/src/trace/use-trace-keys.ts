import { useKeys } from '../app/keys.ts'
import type { TraceState } from './use-trace-state.ts'
import { around, panned, zoomedBy } from './zoom.ts'

/** What can be done with a trace by keys; the help of the page lists them. */
export function useTraceKeys(state: TraceState, compare: () => void, leave: () => void): void {
  const { selected, scale, lengthMs } = state
  const foldSelected = (isFolded: boolean) => () => {
    if (selected) state.fold(selected.spanId, isFolded)
  }
  const middleMs = selected
    ? selected.offsetMs + selected.durationMs / 2
    : scale.fromMs + scale.lengthMs / 2
  const zoomBy = (factor: number) => () => state.zoom(zoomedBy(scale, factor, middleMs, lengthMs))
  const foldOrPan = (by: 1 | -1) => (event: KeyboardEvent) => {
    if (event.shiftKey) state.zoom(panned(scale, by / 4, lengthMs))
    else foldSelected(by < 0)()
  }
  useKeys({
    '+': zoomBy(2),
    '=': zoomBy(2),
    '-': zoomBy(0.5),
    '0': () => state.zoom({ fromMs: 0, toMs: lengthMs }),
    z: () => selected && state.zoom(around(selected.offsetMs, selected.durationMs, lengthMs)),
    n: () => state.nextFound(1),
    N: () => state.nextFound(-1),
    '[': () => state.foldFrom(Math.max(0, Math.min(state.index.depth, state.foldedFrom) - 1)),
    ']': () =>
      state.foldFrom(state.foldedFrom + 1 >= state.index.depth ? undefined : state.foldedFrom + 1),
    f: () => state.foldFrom(state.foldedFrom === 0 ? undefined : 0),
    j: () => state.move(1),
    k: () => state.move(-1),
    ArrowDown: () => state.move(1),
    ArrowUp: () => state.move(-1),
    ArrowLeft: foldOrPan(-1),
    ArrowRight: foldOrPan(1),
    e: state.nextError,
    c: compare,
    Escape: leave,
  })
}
