import type { VNode } from 'preact'
import type { MetricItem } from '../api-types.ts'

const TYPES: Record<MetricItem['type'], string> = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponentialHistogram: 'exponential histogram',
  summary: 'summary',
}

const TEMPORALITIES = {
  delta: 'Each point is what came since the one before',
  cumulative: 'Each point is the total since its start',
} as const

/** What an instrument is: type, unit, temporality. */
export function InstrumentTags({ metric }: { metric: MetricItem }): VNode {
  const { type, unit, temporality, monotonic } = metric
  return (
    <span class="tags">
      <span class="tag">{type === 'sum' && monotonic ? 'counter' : TYPES[type]}</span>
      {unit && <span class="tag">{unit}</span>}
      {temporality && (
        <span class="tag" title={TEMPORALITIES[temporality]}>
          {temporality}
        </span>
      )}
    </span>
  )
}
