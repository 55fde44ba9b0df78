import type { VNode } from 'preact'
import { formatDuration } from '../format/duration.ts'
import { logText } from '../format/log-text.ts'
import { unlessSame } from '../parts/unless-same.ts'
import { isInSight, percent, type TimeScale } from './time-scale.ts'
import type { TraceRow } from './trace-rows.ts'

interface LogRowProps {
  row: Extract<TraceRow, { kind: 'log' }>
  scale: TimeScale
  onSelect: (spanId: string) => void
}

/** A log record among the spans. */
export const LogRow = unlessSame(Row)

function Row({ row: { log, depth, offsetMs }, scale, onSelect }: LogRowProps): VNode {
  const text = logText(log)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the selection of the whole tree
    <div
      class="line log-line"
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={false}
      aria-label={`log, ${log.level}, ${text}, +${formatDuration(offsetMs)}`}
      onClick={() => log.spanId && onSelect(log.spanId)}
    >
      <span class="what" style={{ '--depth': depth }}>
        <span class="fold" />
        <span class={`level ${log.level}`}>{log.level}</span>{' '}
        <bdi class="name" title={text}>
          {text}
        </bdi>{' '}
      </span>
      <span class="when">
        {isInSight(offsetMs, 0, scale) && (
          <span class={`event log ${log.level}`} style={{ left: `${percent(offsetMs, scale)}%` }} />
        )}
      </span>
      <span class="length" title="After the start">
        +{formatDuration(offsetMs)}
      </span>
      <span class="details" />
    </div>
  )
}
