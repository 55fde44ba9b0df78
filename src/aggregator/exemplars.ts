import type { Exemplar, MetricData } from '../metrics/data.ts'

/** Most exemplars per series: one for each of the usual buckets, with room to spare. */
const MAX_EXEMPLARS = 20

/** Longest dropped attributes that are kept with an exemplar, in characters of JSON. */
const MAX_ATTRIBUTES_LENGTH = 512

/** The newest exemplar of each bucket. */
export const mergeExemplars = (
  metric: MetricData,
  held: readonly Exemplar[],
  arrived: readonly Exemplar[],
): Exemplar[] => {
  const newest = new Map<number, Exemplar>()
  for (const exemplar of [...held, ...arrived]) {
    const bucket = bucketOf(metric, exemplar.value)
    if (exemplar.timeMs >= (newest.get(bucket)?.timeMs ?? 0)) {
      newest.set(bucket, bounded(exemplar))
    }
  }
  return [...newest.values()].sort((a, b) => b.timeMs - a.timeMs).slice(0, MAX_EXEMPLARS)
}

const bucketOf = (metric: MetricData, value: number): number => {
  switch (metric.type) {
    case 'histogram':
      return metric.bounds.findIndex((bound) => value <= bound)
    case 'exponentialHistogram':
      // One for each power of two, whatever the scale of the moment.
      return Math.floor(Math.log2(Math.abs(value)))
    default:
      return 0
  }
}

const bounded = (exemplar: Exemplar): Exemplar => {
  const { attributes, ...rest } = exemplar
  return attributes && JSON.stringify(attributes).length > MAX_ATTRIBUTES_LENGTH ? rest : exemplar
}
