import type { MetricData } from '../metrics/data.ts'
import type { Point } from './point.ts'

/** Characters of a push, as estimated: what fits in one row of the aggregator's journal. RPC carries 32 MiB. */
const MAX_PUSH_LENGTH = 400_000

const POINT_LENGTH = 120
const EXEMPLAR_LENGTH = 200

/** Splits metrics into lots of which each fits in one push. A point that is too long by itself is a lot of its own. */
export const splitBySize = (
  metrics: readonly MetricData[],
  maxLength: number = MAX_PUSH_LENGTH,
): MetricData[][] => {
  const lots: MetricData[][] = []
  let lot: MetricData[] = []
  let length = 0
  for (const metric of metrics) {
    const head = headLength(metric)
    let points: Point[] | undefined
    for (const point of metric.points) {
      const more = pointLength(point) + (points ? 0 : head)
      if (length && length + more > maxLength) {
        lots.push(lot)
        lot = []
        length = 0
        points = undefined
      }
      if (!points) {
        points = []
        lot.push({ ...metric, points } as MetricData)
      }
      points.push(point)
      length += more
    }
  }
  return lot.length ? [...lots, lot] : lots
}

/** Characters that metrics take, about. */
export const estimateLength = (metrics: readonly MetricData[]): number =>
  metrics.reduce(
    (sum, metric) =>
      (metric.points as readonly Point[]).reduce(
        (all, point) => all + pointLength(point),
        sum + headLength(metric),
      ),
    0,
  )

const headLength = (metric: MetricData): number =>
  metric.name.length +
  metric.description.length +
  EXEMPLAR_LENGTH +
  (metric.type === 'histogram' ? 8 * metric.bounds.length : 0)

const pointLength = (point: Point): number => {
  let length = POINT_LENGTH + attributesLength(point.attributes)
  if ('bucketCounts' in point) {
    length += 4 * point.bucketCounts.length
  } else if ('positive' in point) {
    length += 4 * (point.positive.counts.length + point.negative.counts.length)
  }
  for (const { attributes } of point.exemplars ?? []) {
    length += EXEMPLAR_LENGTH + (attributes ? attributesLength(attributes) : 0)
  }
  return length
}

const attributesLength = (attributes: object): number => {
  let length = 0
  for (const key in attributes) {
    const value: unknown = (attributes as Record<string, unknown>)[key]
    length += key.length + 8
    if (typeof value === 'string') {
      length += value.length
    } else if (Array.isArray(value)) {
      length += value.reduce((sum: number, item) => sum + String(item).length + 4, 0)
    }
  }
  return length
}
