import type { VNode } from 'preact'
import type { ComparedPair } from '../api-types.ts'
import { colourOf } from '../format/colour.ts'
import { formatDuration } from '../format/duration.ts'
import { indent } from '../trace/time-scale.ts'

interface PairRowProps {
  pair: ComparedPair
  id: string
  longestMs: number
  isSelected: boolean
  onSelect: () => void
}

/** The same span in both traces, or one that only one of them has. */
export function PairRow({ pair, id, longestMs, isSelected, onSelect }: PairRowProps): VNode {
  const { depth, name, service, deltaMs, differences } = pair
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys move the selection of the whole list
    <div
      id={id}
      class={`line pair-line ${colourOf(service)}`}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isSelected}
      onClick={onSelect}
    >
      <span class="what" style={{ 'padding-left': indent(depth) }}>
        <i class="dot" aria-hidden="true" />
        <bdi class="name" title={`${service} · ${name}`}>
          {name || '(unnamed)'}
        </bdi>
        {differences.length > 0 && <span class="tag">{differences.length} differ</span>}
      </span>
      <Side span={pair.a} longestMs={longestMs} />
      <Side span={pair.b} longestMs={longestMs} />
      <span class={`delta ${(deltaMs ?? 0) > 0 ? 'bad' : (deltaMs ?? 0) < 0 ? 'good' : 'muted'}`}>
        {deltaMs === null ? `only ${pair.a ? 'A' : 'B'}` : signed(deltaMs)}
      </span>
    </div>
  )
}

function Side({ span, longestMs }: { span: ComparedPair['a']; longestMs: number }): VNode {
  if (!span) return <span class="muted">–</span>
  return (
    <span
      class={span.status === 'error' ? 'bar failed' : 'bar'}
      style={{ '--share': span.durationMs / longestMs }}
    >
      {formatDuration(span.durationMs)}
    </span>
  )
}

function signed(ms: number): string {
  if (ms === 0) return 'same'
  return ms > 0 ? `+${formatDuration(ms)}` : formatDuration(ms)
}
