import type { Metric } from './metrics.ts'
import type { AlertCase } from './rule.ts'
import { failing, type Labels, shareAbove, slowing, speeded } from './series.ts'

interface Few {
  readonly metric: Metric
  readonly labels: Labels
  readonly windowMinutes: number
}

/**
 * A share at low traffic: what one fault can make of few events is no alert, and is not missed when it is all there
 * is, and goes on.
 */
export const lowFailures = ({
  metric,
  labels,
  windowMinutes,
  badLabels,
  goodLabels,
  minFailures,
}: Few & {
  readonly badLabels: Labels
  readonly goodLabels: Labels | undefined
  readonly minFailures: number
}): AlertCase[] => {
  const events = (all: number, bad: number) =>
    speeded(failing(metric, labels, badLabels, bad / all, goodLabels), all / windowMinutes / 60)
  const few = Math.max(1, minFailures - 1)
  return [
    {
      name: `${few} of ${few * 3} in its window fail`,
      series: events(few * 3, few),
      firing: 0,
    },
    {
      name: 'all of the few that there are fail',
      series: events(minFailures * 1.6 + 1, minFailures * 1.6 + 1),
      firing: 1,
    },
  ]
}

/** A quantile at low traffic: one slow event among a few is none, whatever the quantile says. */
export const lowSlow = ({
  metric,
  labels,
  windowMinutes,
  limit,
  minSlow,
}: Few & { readonly limit: number; readonly minSlow: number }): AlertCase[] => {
  const series = slowing(metric, labels, limit * 1.15)
  const slowPerWindow = shareAbove(metric, series, limit) * 60 * windowMinutes
  return [
    {
      name: `${minSlow - 1} in its window are slow`,
      series: speeded(series, (minSlow - 1) / slowPerWindow),
      minutes: [30, 60, 30],
      firing: 0,
    },
    {
      name: 'as many as are not chance are slow, of a few',
      series: speeded(series, (minSlow * 1.6) / slowPerWindow),
      minutes: [30, 60, 30],
      firing: 1,
    },
  ]
}
