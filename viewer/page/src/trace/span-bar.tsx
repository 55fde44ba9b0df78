import type { VNode } from 'preact'
import type { TraceSpan, TraceView } from '../api-types.ts'
import type { Look } from './colouring.ts'
import { isInSight, percent, type TimeScale } from './time-scale.ts'

interface BarProps {
  span: TraceSpan
  critical: TraceView['criticalPath']
  scale: TimeScale
  look: Look
}

/** When a span ran: its bar, its part of the critical path, its events. */
export function Bar({ span, critical, scale, look }: BarProps): VNode {
  const { offsetMs, durationMs } = span
  if (!isInSight(offsetMs, durationMs, scale)) {
    return <span class={offsetMs < scale.fromMs ? 'when before' : 'when after'} />
  }
  return (
    <span class="when">
      <span
        class={`span-bar ${span.kind}`}
        style={{ ...placeOf(offsetMs, durationMs, scale), '--strength': look.strength }}
      />
      {critical
        .filter((part) => isInSight(part.offsetMs, part.durationMs, scale))
        .map((part) => (
          <span
            key={part.offsetMs}
            class="critical"
            style={placeOf(part.offsetMs, part.durationMs, scale)}
          />
        ))}
      {span.events
        ?.filter((event) => isInSight(offsetMs + event.offsetMs, 0, scale))
        .map(({ name, offsetMs: afterMs }, at) => (
          <span
            key={at}
            class={name === 'exception' ? 'event bad' : 'event'}
            title={name}
            style={{ left: `${percent(offsetMs + afterMs, scale)}%` }}
          />
        ))}
    </span>
  )
}

function placeOf(fromMs: number, durationMs: number, scale: TimeScale): Record<string, string> {
  const left = percent(fromMs, scale)
  return { left: `${left}%`, width: `${percent(fromMs + durationMs, scale) - left}%` }
}
