import type { BurnWindow, Thresholds } from '../../thresholds.ts'
import { lowFailures } from './cases.ts'
import { METRICS } from './metrics.ts'
import { decimal } from './promql.ts'
import type { Alert, AlertCase } from './rule.ts'
import { beginning, failing, type Series, speeded, stalling } from './series.ts'
import { BAD, inWindow, minutesOf, ratio } from './slo-recording.ts'

const metric = METRICS.requests
const labels = { job: 'shop' }
const statuses = [
  { http_response_status_code: '500' },
  { http_response_status_code: '200' },
] as const

interface Objective {
  readonly slo: string
  /** The share of requests that may be bad. */
  readonly budget: number
  /** A request a second, of which a share is bad in the middle phase. */
  readonly series: (share: number) => readonly Series[]
}

const objectives = ({ slo }: Thresholds): Objective[] => [
  {
    slo: 'availability',
    budget: 1 - slo.availability,
    series: (share) => failing(metric, labels, statuses[0], share, statuses[1]),
  },
  ...slo.latency.map(({ seconds, share }) => ({
    slo: `latency-${decimal(seconds)}s`,
    budget: 1 - share,
    series: (slow: number) => stalling(metric, { ...labels, http_route: '/orders' }, slow, seconds),
  })),
]

/** One alert for each objective and pair of windows, per the Site Reliability Workbook, chapter 5. */
export const burnAlerts = (thresholds: Thresholds): Alert[] =>
  objectives(thresholds).flatMap((objective) =>
    thresholds.slo.windows.map((window) => burnAlert(thresholds, objective, window)),
  )

const burnAlert = (
  { settings: { minFailures } }: Thresholds,
  { slo, budget, series }: Objective,
  { burnRate, long, short, severity, forMinutes }: BurnWindow,
): Alert => {
  const limit = burnRate * budget
  const above = (window: string) => `${ratio(window)}{slo="${slo}"} > ${decimal(limit)}`
  const isPage = severity === 'critical'
  const isAvailability = slo === 'availability'
  const phase = Math.max(30, minutesOf(short) * 1.5)
  return {
    name: `${isAvailability ? 'Availability' : 'Latency'}BudgetBurn${long}`,
    severity,
    team: 'application',
    labels: { slo },
    summary: isPage ? '{job} burns its budget of {slo} fast' : '{job} burns its budget of {slo}',
    description: `{value} of requests in ${long} were bad: at least ${burnRate} times what 30 days allow ({limit}).`,
    format: 'share',
    limit,
    forMinutes,
    expr: [
      above(long),
      `and ${above(short)}`,
      // In both, the limit is passed by a number of failures, not by one of a few requests.
      `and ${inWindow(`${BAD}{slo="${slo}"}`, long)} > ${minFailures}`,
    ].join('\n'),
    test: {
      labels: { job: 'shop', slo },
      minutes: [30, phase, phase],
      stepMinutes: minutesOf(short) > 60 ? 2 : 1,
      // Without anything before, the share is the same in every window.
      series: (level) => beginning(series(Math.min(1, limit * level))),
      cases: isAvailability ? cases(minutesOf(long), minFailures) : [],
    },
  }
}

/** What must not be, by length of the window: 150 requests in 6 hours, one of which fails, say. */
const cases = (longMinutes: number, minFailures: number): AlertCase[] => {
  const step = longMinutes > 720 ? 2 : 1
  const [few, all] = lowFailures({
    metric,
    labels,
    badLabels: statuses[0],
    goodLabels: statuses[1],
    minFailures,
    windowMinutes: longMinutes,
  })
  const phase = Math.min(longMinutes, 720)
  const made: AlertCase[] = []
  if (few) {
    // Fewer than the window is long are seen; as many as it may have fail.
    const series = beginning(speeded(few.series, longMinutes / phase))
    made.push({ ...few, series, minutes: [10, phase, 10], stepMinutes: step })
  }
  if (all && longMinutes <= 360) {
    const series = beginning(all.series)
    made.push({ ...all, series, minutes: [10, longMinutes, 10], stepMinutes: step })
  }
  if (longMinutes === 360) {
    made.push({
      name: 'nine minutes of failures page while they go on',
      series: failing(metric, labels, statuses[0], 0.5, statuses[1]),
      minutes: [360, 9, 60],
      firing: 1,
    })
  }
  return made
}
