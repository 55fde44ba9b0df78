import type { VNode } from 'preact'
import { formatDuration } from '../format/duration.ts'
import { logText } from '../format/log-text.ts'
import { indent, percent, type TimeScale } from './time-scale.ts'
import type { TraceRow } from './trace-rows.ts'

interface LogRowProps {
  row: Extract<TraceRow, { kind: 'log' }>
  scale: TimeScale
  onSelect: (spanId: string) => void
}

/** A log record among the spans. */
export function LogRow({ row: { log, depth }, scale, onSelect }: LogRowProps): VNode {
  const offsetMs = log.timeMs - scale.startMs
  const text = logText(log)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the selection of the whole tree
    <div
      class="line log-line"
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={false}
      aria-label={`log, ${log.level}, ${text}`}
      onClick={() => log.spanId && onSelect(log.spanId)}
    >
      <span class="what" style={{ 'padding-left': indent(depth) }}>
        <span class="fold" />
        <span class={`level ${log.level}`}>{log.level}</span>
        <span class="name" title={text}>
          {text}
        </span>
      </span>
      <span class="when">
        <span
          class={`event log ${log.level}`}
          title={`${formatDuration(offsetMs)} after the start`}
          style={{ left: `${percent(offsetMs, scale)}%` }}
        />
      </span>
    </div>
  )
}
