import type { VNode } from 'preact'
import type { TraceView } from '../api-types.ts'
import { formatDuration } from '../format/duration.ts'
import { VirtualRows } from '../parts/virtual-rows.tsx'
import { LogRow } from './log-row.tsx'
import { SpanRow } from './span-row.tsx'
import { lengthOf } from './time-scale.ts'
import type { TraceState } from './use-trace-state.ts'

interface WaterfallProps {
  view: TraceView
  state: TraceState
}

const TICKS = [0, 0.25, 0.5, 0.75]

/** Spans over time, parents before their children, with the records that were logged in them. */
export function Waterfall({ view, state }: WaterfallProps): VNode {
  const { rows, active, selected, index } = state
  const scale = { lengthMs: lengthOf(view), startMs: view.trace.startMs }
  return (
    <div class="waterfall">
      <div class="waterfall-head" aria-hidden="true">
        <span>Span</span>
        <span class="ticks">
          {TICKS.map((share) => (
            <span key={share} style={{ left: `${share * 100}%` }}>
              {formatDuration(share * scale.lengthMs)}
            </span>
          ))}
        </span>
      </div>
      <VirtualRows
        count={rows.length}
        active={active}
        label="Spans of the trace"
        keyOf={(at) => {
          const row = rows[at]
          return row && (row.kind === 'span' ? row.span.spanId : `log ${row.log.id}`)
        }}
        activeId={selected && `span-${selected.spanId}`}
        row={(at) => {
          const row = rows[at]
          if (row?.kind === 'span') {
            return (
              <SpanRow
                key={row.span.spanId}
                row={row}
                critical={index.critical.get(row.span.spanId) ?? []}
                scale={scale}
                isSelected={row.span === selected}
                onSelect={state.select}
                onFold={state.fold}
              />
            )
          }
          return (
            row && (
              <LogRow key={`log ${row.log.id}`} row={row} scale={scale} onSelect={state.select} />
            )
          )
        }}
      />
    </div>
  )
}
