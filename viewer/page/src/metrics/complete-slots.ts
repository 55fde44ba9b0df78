import type { MetricView } from '../api-types.ts'
import { isComplete } from '../data/range.ts'

/** Rates and distributions without the slots that are still in progress; levels stay as they are. */
export function completeSlots(view: MetricView): MetricView {
  const { shows, stepMs, toMs, series, histogram } = view
  if (shows === 'value') return view
  const isDone = (timeMs: number): boolean => isComplete(timeMs, stepMs, toMs)
  return {
    ...view,
    series: series.map(({ quantiles, points, ...each }) => ({
      ...each,
      points: points.filter(([timeMs]) => isDone(timeMs)),
      quantiles: quantiles && {
        ...quantiles,
        overTime: quantiles.overTime.filter((_, at) => isDone(points[at]?.[0] ?? toMs)),
      },
    })),
    histogram: histogram && {
      ...histogram,
      columns: histogram.columns.filter(({ timeMs }) => isDone(timeMs)),
    },
  }
}
