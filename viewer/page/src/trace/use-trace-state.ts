import { useMemo, useState } from 'preact/hooks'
import type { TraceSpan, TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { colouring, type Look } from './colouring.ts'
import { findIn } from './find.ts'
import { type Folds, isFolded, parseFolds, turn } from './folds.ts'
import { lengthOf, type TimeScale } from './time-scale.ts'
import { ancestors, indexOf, rowsOf, type TraceIndex, type TraceRow } from './trace-rows.ts'
import { useZoom } from './use-zoom.ts'
import type { Stretch } from './zoom.ts'

/** What is shown of a trace, and how to change it. All of it is in the address. */
export interface TraceState {
  index: TraceIndex
  rows: readonly TraceRow[]
  selected: TraceSpan | undefined
  /** Index of the selected row; -1 for none. */
  active: number
  withLogs: boolean
  /** Of the whole trace. */
  lengthMs: number
  scale: TimeScale
  isZoomed: boolean
  lookOf: (span: TraceSpan) => Look
  /** Ids of the spans in which what is looked for is found; undefined when nothing is. */
  found: readonly string[] | undefined
  isFound: ReadonlySet<string> | undefined
  /** The spans that the filters leave. */
  wanted: readonly TraceSpan[]
  isFolded: (span: TraceSpan) => boolean
  select: (spanId: string | undefined) => void
  /** Selects a span, and unfolds what it is in. */
  reveal: (spanId: string) => void
  move: (by: 1 | -1) => void
  /** Folds or unfolds a span. */
  fold: (spanId: string, folded: boolean) => void
  /** Folds all from a depth on; undefined for none. */
  foldFrom: (depth: number | undefined) => void
  /** The least depth that is folded in whole. */
  foldedFrom: number
  zoom: (stretch: Stretch) => void
  nextError: () => void
  nextFound: (by: 1 | -1) => void
}

export function useTraceState(view: TraceView, query: URLSearchParams): TraceState {
  const { spans } = view
  const text = query.get('find') ?? ''
  const [service, kind, by] = ['service', 'kind', 'colour'].map((name) => query.get(name))
  const foldText = `${query.get('depth')} ${query.get('folded')}`
  const withLogs = query.get('logs') !== 'no'
  const index = useMemo(() => indexOf(view), [view])
  const folds = useMemo(() => parseFolds(query), [foldText])
  const lengthMs = useMemo(() => lengthOf(view), [view])
  const lookOf = useMemo(() => colouring(by ?? null, view), [by, view])
  const found = useMemo(() => (text ? findIn(spans, index, text) : undefined), [view, text])
  const isFound = useMemo(() => found && new Set(found), [found])
  const wanted = useMemo(
    () =>
      spans.filter(
        (span) => (!service || span.service === service) && (!kind || span.kind === kind),
      ),
    [view, service, kind],
  )
  const rows = useMemo(() => {
    const isFiltered = wanted.length < spans.length
    return rowsOf(view, index, {
      isFolded: (span) => isFolded(folds, span),
      withLogs,
      wanted: isFiltered ? new Set(wanted.map(({ spanId }) => spanId)) : undefined,
    })
  }, [view, index, folds, withLogs, wanted])
  const [hasMoved, setMoved] = useState(0)
  const selectedId = query.get('span') ?? undefined
  const active = useMemo(
    () => rows.findIndex((row) => row.kind === 'span' && row.span.spanId === selectedId),
    [rows, selectedId, hasMoved],
  )
  const [stretch, zoom] = useZoom(query.get('zoom'), lengthMs)
  const { fromMs, toMs } = stretch
  const { startMs } = view.trace
  const scale = useMemo(
    () => ({ fromMs, lengthMs: toMs - fromMs, startMs }),
    [fromMs, toMs, startMs],
  )

  const select = (span: string | undefined): void => setQuery({ span }, 'replace')
  const reveal = (spanId: string): void => {
    const above = ancestors(index.spans, spanId).flatMap((id) => index.spans.get(id) ?? [])
    setQuery({ span: spanId, folded: turn(folds, above, false) }, 'replace')
    setMoved((turns) => turns + 1)
  }
  /** The next of some spans in the order of the trace, from the selected one on. */
  const nextOf = (isOne: (span: TraceSpan) => boolean, step: 1 | -1): void => {
    const from = spans.findIndex(({ spanId }) => spanId === selectedId)
    for (let at = 1; at <= spans.length; at++) {
      const start = from < 0 && step < 0 ? 0 : from
      const span = spans[(((start + step * at) % spans.length) + spans.length) % spans.length]
      if (!span || !isOne(span)) continue
      reveal(span.spanId)
      return
    }
  }
  return {
    index,
    rows,
    selected: selectedId === undefined ? undefined : index.spans.get(selectedId),
    active,
    withLogs,
    lengthMs,
    scale,
    isZoomed: fromMs > 0 || toMs < lengthMs,
    lookOf,
    found,
    isFound,
    wanted,
    isFolded: (span) => isFolded(folds, span),
    select,
    reveal,
    move: (step) => {
      const from = active < 0 && step < 0 ? rows.length : active
      for (let at = from + step; at >= 0 && at < rows.length; at += step) {
        const row = rows[at]
        if (row?.kind === 'span') return select(row.span.spanId)
      }
    },
    fold: (spanId, folded) => turnOne(folds, index.spans.get(spanId), folded),
    foldFrom: (depth) =>
      setQuery(
        { depth: depth === undefined ? undefined : String(depth), folded: undefined },
        'replace',
      ),
    foldedFrom: folds.depth,
    zoom,
    nextError: () => nextOf(({ status }) => status === 'error', 1),
    nextFound: (step) => nextOf(({ spanId }) => isFound?.has(spanId) ?? false, step),
  }
}

function turnOne(folds: Folds, span: TraceSpan | undefined, folded: boolean): void {
  if (span) setQuery({ folded: turn(folds, [span], folded) }, 'replace')
}
