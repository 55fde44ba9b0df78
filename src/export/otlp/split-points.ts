import type { MetricData } from '../../metrics/data.ts'

/** The same metrics in lists of so many points at most. */
export const splitPoints = (
  metrics: readonly MetricData[],
  maxPoints: number,
): readonly MetricData[][] => {
  const lists: MetricData[][] = [[]]
  let room = maxPoints
  for (const metric of metrics) {
    for (let at = 0; at < metric.points.length; ) {
      if (!room) {
        lists.push([])
        room = maxPoints
      }
      const points = metric.points.slice(at, at + room)
      lists.at(-1)?.push({ ...metric, points } as MetricData)
      at += points.length
      room -= points.length
    }
  }
  return lists
}

export const countPoints = (metrics: readonly MetricData[]): number =>
  metrics.reduce((sum, { points }) => sum + points.length, 0)
