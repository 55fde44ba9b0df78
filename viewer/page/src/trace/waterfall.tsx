import type { VNode } from 'preact'
import { useCallback, useRef } from 'preact/hooks'
import type { TraceLink } from '../api-types.ts'
import { useWidth } from '../data/use-width.ts'
import { formatDuration } from '../format/duration.ts'
import { VirtualRows } from '../parts/virtual-rows.tsx'
import { ColumnDivider } from './column-divider.tsx'
import { LogRow } from './log-row.tsx'
import { SpanRow } from './span-row.tsx'
import { percent, ticksOf } from './time-scale.ts'
import { useColumns } from './use-columns.ts'
import { useTimeline } from './use-timeline.ts'
import type { TraceState } from './use-trace-state.ts'

interface WaterfallProps {
  state: TraceState
  links: ReadonlyMap<string, TraceLink[]>
  /** All rows are drawn, for paper. */
  isPrinted: boolean
}

const TICK_PX = 90
const NARROW_PX = 620
const LENGTH_PX = 78
const PADDING_PX = 24
/** No level is indented more, and all of them by no more than this part of the column. */
const STEP_PX = 14
const STEPS_SHARE = 0.5

/** Spans over time, parents before their children, with the records that were logged in them. */
export function Waterfall({ state, links, isPrinted }: WaterfallProps): VNode {
  const { rows, active, selected, index, scale } = state
  const latest = useRef(state)
  latest.current = state
  // The same for as long as the waterfall is there, so that rows need not be drawn anew.
  const onSelect = useCallback((spanId: string) => latest.current.select(spanId), [])
  const onFold = useCallback((id: string, folded: boolean) => latest.current.fold(id, folded), [])
  const box = useRef<HTMLDivElement>(null)
  const ticksBox = useRef<HTMLSpanElement>(null)
  const width = useWidth(box)
  const widths = useColumns()
  const isNarrow = width < NARROW_PX
  const inner = width - PADDING_PX
  const names = inner * (isNarrow ? Math.max(0.4, widths.columns.names) : widths.columns.names)
  const details = isNarrow ? 0 : inner * widths.columns.details
  const timeline = Math.max(60, inner - names - details - LENGTH_PX)
  const ticks = ticksOf(scale, Math.max(1, timeline / TICK_PX))
  const tickPx = ticks.length > 1 ? (gap(ticks) / scale.lengthMs) * timeline : 2 * timeline
  const { marked, handlers } = useTimeline(state, ticksBox)
  return (
    <div
      class={isNarrow ? 'waterfall narrow' : 'waterfall'}
      ref={box}
      {...handlers}
      style={{
        '--names': `${names}px`,
        '--details': `${details}px`,
        '--step': `${stepOf(names, index.depth)}px`,
        '--tick': `${tickPx}px`,
        '--tick-at': `${(percent(ticks[0] ?? 0, scale) / 100) * timeline}px`,
      }}
    >
      <div class="waterfall-head">
        <span>
          Span
          {!isNarrow && (
            <ColumnDivider
              column="names"
              label="Width of the names"
              widths={widths}
              width={inner}
            />
          )}
        </span>
        <span class="ticks" ref={ticksBox} aria-hidden="true">
          {ticks.map((ms) => {
            const left = percent(ms, scale)
            return (
              left < 100 - 5500 / Math.max(60, timeline) && (
                <span key={ms} style={{ left: `${left}%` }}>
                  {formatDuration(ms)}
                </span>
              )
            )
          })}
        </span>
        <span class="length">{isNarrow ? '' : 'Duration'}</span>
        {!isNarrow && (
          <span class="details">
            <ColumnDivider
              column="details"
              label="Width of the details"
              widths={widths}
              width={inner}
              isLeftEdge
            />
            Details
          </span>
        )}
      </div>
      <VirtualRows
        count={rows.length}
        active={active}
        label="Spans of the trace"
        isWhole={isPrinted}
        keyOf={(at) => {
          const row = rows[at]
          return row && (row.kind === 'span' ? row.span.spanId : `log ${row.log.id}`)
        }}
        activeId={selected && active >= 0 ? `span-${selected.spanId}` : undefined}
        row={(at) => {
          const row = rows[at]
          if (row?.kind === 'span') {
            const { spanId } = row.span
            return (
              <SpanRow
                key={spanId}
                row={row}
                critical={index.critical.get(spanId) ?? NONE}
                scale={scale}
                look={state.lookOf(row.span)}
                isSelected={row.span === selected}
                isFound={state.isFound?.has(spanId)}
                links={links.get(spanId)?.length ?? 0}
                onSelect={onSelect}
                onFold={onFold}
              />
            )
          }
          return (
            row && <LogRow key={`log ${row.log.id}`} row={row} scale={scale} onSelect={onSelect} />
          )
        }}
      />
      {marked && (
        <span class="marked" style={{ left: `${marked.leftPx}px`, width: `${marked.widthPx}px` }} />
      )}
      {rows.length === 0 && <p class="none muted">No span is like that.</p>}
    </div>
  )
}

/** Of a span that is not on the critical path. */
const NONE: never[] = []

const gap = (ticks: readonly number[]): number => (ticks[1] ?? 0) - (ticks[0] ?? 0)

/** Whole pixels draw sharper lines, where there are enough of them. */
function stepOf(names: number, depth: number): number {
  const step = Math.min(STEP_PX, (names * STEPS_SHARE) / Math.max(1, depth))
  return step >= 4 ? Math.floor(step) : step
}
