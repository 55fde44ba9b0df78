import type { VNode } from 'preact'
import type { TraceSpan, TraceView } from '../api-types.ts'
import { colourOf } from '../format/colour.ts'
import { formatDuration } from '../format/duration.ts'
import { indent, percent, type TimeScale } from './time-scale.ts'
import type { TraceRow } from './trace-rows.ts'

interface SpanRowProps {
  row: Extract<TraceRow, { kind: 'span' }>
  critical: TraceView['criticalPath']
  scale: TimeScale
  isSelected: boolean
  onSelect: (spanId: string) => void
  onFold: (spanId: string, isFolded: boolean) => void
}

/** A span of the waterfall. */
export function SpanRow({
  row,
  critical,
  scale,
  isSelected,
  onSelect,
  onFold,
}: SpanRowProps): VNode {
  const { span, isFolded } = row
  const { spanId, depth, children } = span
  const isError = span.status === 'error'
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the selection of the whole tree
    <div
      id={`span-${spanId}`}
      class={`line ${colourOf(span.service)}${isError ? ' failed' : ''}`}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={children > 0 ? !isFolded : undefined}
      aria-selected={isSelected}
      aria-label={label(span)}
      onClick={() => onSelect(spanId)}
    >
      <span class="what" style={{ 'padding-left': indent(depth) }}>
        {children > 0 ? (
          <button
            type="button"
            class="fold"
            tabIndex={-1}
            aria-label={isFolded ? 'Unfold' : 'Fold'}
            onClick={(event) => {
              event.stopPropagation()
              onFold(spanId, !isFolded)
            }}
          >
            {isFolded ? '▸' : '▾'}
          </button>
        ) : (
          <span class="fold" />
        )}
        <i class="dot" aria-hidden="true" />
        <span class="name" title={`${span.service} · ${span.name}`}>
          {span.name || '(unnamed)'}
        </span>
        {isFolded && <span class="muted"> +{children}</span>}
        {span.parentMissing && (
          <span class="tag" title="Its parent has not arrived">
            no parent
          </span>
        )}
        {span.inCycle && (
          <span class="tag" title="Its parents lead back to itself">
            cycle
          </span>
        )}
      </span>
      <Bar span={span} critical={critical} scale={scale} />
    </div>
  )
}

function Bar({
  span,
  critical,
  scale,
}: Pick<SpanRowProps, 'critical' | 'scale'> & { span: TraceSpan }): VNode {
  const left = percent(span.offsetMs, scale)
  const width = percent(span.offsetMs + span.durationMs, scale) - left
  const isLate = left + width > 82
  return (
    <span class="when">
      <span class={`span-bar ${span.kind}`} style={{ left: `${left}%`, width: `${width}%` }} />
      {critical.map(({ offsetMs, durationMs }) => (
        <span
          key={offsetMs}
          class="critical"
          style={{
            left: `${percent(offsetMs, scale)}%`,
            width: `${percent(offsetMs + durationMs, scale) - percent(offsetMs, scale)}%`,
          }}
        />
      ))}
      {span.events?.map(({ name, offsetMs }, at) => (
        <span
          key={at}
          class={name === 'exception' ? 'event bad' : 'event'}
          title={name}
          style={{ left: `${percent(span.offsetMs + offsetMs, scale)}%` }}
        />
      ))}
      <span
        class="length"
        style={
          isLate
            ? { right: `calc(${100 - left}% + 4px)` }
            : { left: `calc(${left + width}% + 6px)` }
        }
      >
        {formatDuration(span.durationMs)}
      </span>
    </span>
  )
}

function label({ name, service, durationMs, status, criticalMs }: TraceSpan): string {
  const parts = [name, service, formatDuration(durationMs)]
  if (status === 'error') parts.push('error')
  if (criticalMs > 0) parts.push('on the critical path')
  return parts.join(', ')
}
