import type { VNode } from 'preact'
import type { TraceView } from '../api-types.ts'
import { formatDuration } from '../format/duration.ts'
import { unlessSame } from '../parts/unless-same.ts'
import type { Look } from './colouring.ts'
import { Bar } from './span-bar.tsx'
import { Details, faultOf } from './span-details.tsx'
import type { TimeScale } from './time-scale.ts'
import type { TraceRow } from './trace-rows.ts'

interface SpanRowProps {
  row: Extract<TraceRow, { kind: 'span' }>
  critical: TraceView['criticalPath']
  scale: TimeScale
  look: Look
  isSelected: boolean
  /** Undefined when nothing is looked for. */
  isFound: boolean | undefined
  /** Links to and from it. */
  links: number
  onSelect: (spanId: string) => void
  onFold: (spanId: string, isFolded: boolean) => void
}

/** A span of the waterfall. */
export const SpanRow = unlessSame(Row)

function Row(props: SpanRowProps): VNode {
  const { row, critical, scale, look, isSelected, isFound, links, onSelect, onFold } = props
  const { span, isFolded, isOnTheWay } = row
  const { spanId, depth, children } = span
  const classes = ['line', look.class]
  if (span.status === 'error') classes.push('failed')
  if (isOnTheWay || isFound === false) classes.push('aside')
  if (isFound) classes.push('found')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the selection of the whole tree
    <div
      id={`span-${spanId}`}
      class={classes.join(' ')}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-expanded={children > 0 ? !isFolded : undefined}
      aria-selected={isSelected}
      aria-label={label(props)}
      onClick={() => onSelect(spanId)}
    >
      <span class="what" style={{ '--depth': depth }}>
        {children > 0 ? (
          <button
            type="button"
            class="fold"
            tabIndex={-1}
            aria-hidden="true"
            title={isFolded ? 'Unfold' : 'Fold'}
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
        <bdi class="name" title={`${span.service} · ${span.name}`}>
          {span.name || '(unnamed)'}
        </bdi>{' '}
        {isFolded && <span class="muted">&nbsp;+{children}</span>}{' '}
        {links > 0 && (
          <span class="tag" title="Linked with other spans">
            ⇄ {links}
          </span>
        )}{' '}
        {span.parentMissing && (
          <span class="tag" title="Its parent has not arrived">
            no parent
          </span>
        )}{' '}
        {span.inCycle && (
          <span class="tag" title="Its parents lead back to itself">
            cycle
          </span>
        )}
      </span>{' '}
      <Bar span={span} critical={critical} scale={scale} look={look} />{' '}
      <span class="length">{formatDuration(span.durationMs)}</span> <Details span={span} />
    </div>
  )
}

/** All that can be seen of a row, in its order, and what is told by colours. */
function label({ row, links }: SpanRowProps): string {
  const { span, isFolded } = row
  const { name, service, durationMs, status, criticalMs, children, highlights } = span
  return [
    name || '(unnamed)',
    isFolded && `+${children}`,
    links > 0 && `⇄ ${links}`,
    span.parentMissing && 'no parent',
    span.inCycle && 'cycle',
    formatDuration(durationMs),
    faultOf(span),
    ...highlights.map((pair) => pair.join(' ')),
    service,
    status === 'error' && 'error',
    criticalMs > 0 && 'on the critical path',
  ]
    .filter(Boolean)
    .join(', ')
}
