import { useMemo, useState } from 'preact/hooks'
import type { TraceSpan, TraceView } from '../api-types.ts'
import { setQuery } from '../data/place.ts'
import { ancestors, indexOf, rowsOf, type TraceIndex, type TraceRow } from './trace-rows.ts'

/** What is shown of a trace, and how to change it. */
export interface TraceState {
  index: TraceIndex
  rows: readonly TraceRow[]
  selected: TraceSpan | undefined
  /** Index of the selected row; -1 for none. */
  active: number
  withLogs: boolean
  select: (spanId: string | undefined) => void
  move: (by: 1 | -1) => void
  /** Folds or unfolds a span. */
  fold: (spanId: string, isFolded: boolean) => void
  nextError: () => void
}

export function useTraceState(view: TraceView, query: URLSearchParams): TraceState {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const index = useMemo(() => indexOf(view), [view])
  const withLogs = query.get('logs') !== 'no'
  const rows = useMemo(() => rowsOf(view, index, folded, withLogs), [view, index, folded, withLogs])
  const selectedId = query.get('span') ?? undefined
  const active = rows.findIndex((row) => row.kind === 'span' && row.span.spanId === selectedId)

  const select = (span: string | undefined): void => setQuery({ span }, 'replace')
  const reveal = (spanId: string): void => {
    const above = ancestors(index.spans, spanId)
    setFolded((before) => new Set([...before].filter((each) => !above.includes(each))))
    select(spanId)
  }
  return {
    index,
    rows,
    selected: selectedId === undefined ? undefined : index.spans.get(selectedId),
    active,
    withLogs,
    select,
    move: (by) => {
      const from = active < 0 && by < 0 ? rows.length : active
      for (let at = from + by; at >= 0 && at < rows.length; at += by) {
        const row = rows[at]
        if (row?.kind === 'span') return select(row.span.spanId)
      }
    },
    fold: (spanId, isFolded) =>
      setFolded((before) => {
        const after = new Set(before)
        if (isFolded) after.add(spanId)
        else after.delete(spanId)
        return after
      }),
    nextError: () => {
      const { spans } = view
      const from = spans.findIndex(({ spanId }) => spanId === selectedId)
      const inTurn = [...spans.slice(from + 1), ...spans.slice(0, from + 1)]
      const found = inTurn.find(({ status }) => status === 'error')
      if (found) reveal(found.spanId)
    },
  }
}
