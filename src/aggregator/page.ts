import type { ShardResource, SnapshotCursor, SnapshotQuery } from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import type { HeldFamily } from './family.ts'
import type { Point } from './point.ts'

/** Bytes of a point besides its attributes, and of an exemplar, estimated generously. */
const POINT_BYTES = 160
const EXEMPLAR_BYTES = 1200

interface Page {
  resources: ShardResource[]
  next: SnapshotCursor | undefined
}

/** Copies what follows the last page, in order, until the page is full. */
export const takePage = (
  families: readonly HeldFamily[],
  services: readonly (ShardResource & { job: string })[],
  { after, maxBytes }: SnapshotQuery,
): Page => {
  const metrics = new Map<string, MetricData[]>()
  let bytes = 0
  let last: SnapshotCursor | undefined
  const page = (next?: SnapshotCursor): Page => ({
    resources: services
      .filter(({ job }) => !after || metrics.has(job))
      .map(({ job, ...service }) => ({ ...service, metrics: metrics.get(job) ?? [] })),
    next,
  })
  for (const { job, head, order, points } of families) {
    if (after && order < after.family) {
      continue
    }
    const from = order === after?.family ? after.series : undefined
    const keys = [...points.keys()].filter((key) => from === undefined || key > from).sort()
    let taken: Point[] | undefined
    for (const series of keys) {
      const point = points.get(series) as Point
      bytes += bytesOf(series, point)
      if (last && bytes > maxBytes) {
        return page(last)
      }
      if (!taken) {
        taken = []
        const ofJob = metrics.get(job) ?? []
        ofJob.push({ ...head, points: taken } as MetricData)
        metrics.set(job, ofJob)
      }
      taken.push({ ...point })
      last = { family: order, series }
    }
  }
  return page()
}

/** What a point takes on its way, at most: two bytes a character. */
const bytesOf = (key: string, point: Point): number => {
  const numbers =
    'bucketCounts' in point
      ? point.bucketCounts.length
      : 'positive' in point
        ? point.positive.counts.length + point.negative.counts.length
        : 0
  return (
    POINT_BYTES + 2 * key.length + 9 * numbers + EXEMPLAR_BYTES * (point.exemplars?.length ?? 0)
  )
}
