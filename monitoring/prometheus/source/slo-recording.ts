import type { Thresholds } from '../../thresholds.ts'
import { METRICS } from './metrics.ts'
import { anyOf, atMost, decimal, perSecond, SERVICE } from './promql.ts'
import type { RecordingRule, RuleGroup } from './rule.ts'

const metric = METRICS.requests

/** Requests a second that an objective is about, and those of them that are bad. */
export const ALL = 'job_slo:requests:rate5m'
export const BAD = 'job_slo:bad_requests:rate5m'

/** Bad requests as a share of all. */
export const ratio = (window: string): string => `job_slo:errors_per_request:ratio_rate${window}`

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 }

/** A duration of Prometheus in minutes. */
export const minutesOf = (duration: string): number =>
  Number.parseInt(duration, 10) * (MINUTES[duration.at(-1) ?? ''] ?? Number.NaN)

/**
 * How many there were in a window, from what is recorded of 5 minutes: a fiftieth of the work of reading every
 * series of 3 days again and again.
 */
export const inWindow = (recorded: string, window: string): string => {
  const stepMinutes = minutesOf(window) < 1440 ? 1 : 5
  return `sum_over_time(${recorded}[${window}:${stepMinutes}m]) * ${stepMinutes * 60}`
}

/** Events a second: of classic histograms, or of native ones where there are no others. */
const events = (matchers: string): string => {
  const native = `rate(${metric.prometheus}${matchers && `{${matchers}}`}[5m])`
  return (
    `${perSecond(metric, SERVICE, '5m', matchers)}\n` +
    `  or histogram_count(sum by (${SERVICE}) (${native}))`
  )
}

/** What is recorded of 5 minutes for each objective. */
const recorded = ({ slo, settings }: Thresholds): RecordingRule[] => {
  const timed = `http_route!~"${anyOf(settings.streamingRoutes)}"`
  const native = `sum by (${SERVICE}) (rate(${metric.prometheus}{${timed}}[5m]))`
  const availability = { slo: 'availability' }
  return [
    { record: ALL, labels: availability, expr: events('') },
    {
      record: BAD,
      labels: availability,
      // Without an error yet there is no series of them.
      expr: `${events('http_response_status_code=~"5.."')}\n  or 0 * (${events('')})`,
    },
    ...slo.latency.flatMap(({ seconds }): RecordingRule[] => {
      const labels = { slo: `latency-${decimal(seconds)}s` }
      const classic = perSecond(metric, SERVICE, '5m', timed)
      return [
        { record: ALL, labels, expr: events(timed) },
        {
          record: BAD,
          labels,
          expr:
            `clamp_min(${classic}\n  - ${atMost(metric, seconds, SERVICE, '5m', timed)}, 0)\n` +
            `  or (1 - histogram_fraction(0, ${decimal(seconds)}, ${native})) * histogram_count(${native})`,
        },
      ]
    }),
  ]
}

const ratios = (windows: readonly string[]): RecordingRule[] =>
  windows.map((window) => ({
    record: ratio(window),
    expr:
      window === '5m'
        ? `${BAD} / (${ALL} > 0)`
        : `sum_over_time(${BAD}[${window}:${minutesOf(window) < 1440 ? 1 : 5}m])\n` +
          `  / (sum_over_time(${ALL}[${window}:${minutesOf(window) < 1440 ? 1 : 5}m]) > 0)`,
  }))

const budgets = ({ slo }: Thresholds): [slo: string, budget: number][] => [
  ['availability', 1 - slo.availability],
  ...slo.latency.map(({ seconds, share }): [string, number] => [
    `latency-${decimal(seconds)}s`,
    1 - share,
  ]),
]

/** What is asked of 5 minutes, then all windows up to half a day, then the long ones. */
export const sloGroups = (thresholds: Thresholds): RuleGroup[] => {
  const windows = [...new Set(thresholds.slo.windows.flatMap(({ long, short }) => [short, long]))]
  const isLong = (window: string) => minutesOf(window) >= 1440
  return [
    {
      name: 'slo',
      intervalSeconds: 30,
      recording: [
        ...recorded(thresholds),
        ...ratios(windows.filter((window) => !isLong(window))),
        ...budgets(thresholds).map(([slo, budget]) => ({
          record: 'slo:error_budget:ratio',
          labels: { slo },
          expr: `vector(${decimal(budget)})`,
        })),
      ],
    },
    // Twice within the 5 minutes for which a value is taken to last.
    { name: 'slo-long', intervalSeconds: 120, recording: ratios(windows.filter(isLong)) },
  ]
}

/** What is left of 30 days' budget. */
export const budgetGroup = (thresholds: Thresholds): RuleGroup => ({
  name: 'slo-budget',
  intervalSeconds: 120,
  recording: budgets(thresholds).map(([slo, budget]) => {
    // A new Prometheus has no fifth minute yet.
    const sum = (name: string) =>
      `(sum_over_time(${name}{slo="${slo}"}[30d:5m]) or sum_over_time(${name}{slo="${slo}"}[5m]))`
    return {
      record: 'job_slo:error_budget_remaining:ratio30d',
      labels: { slo },
      expr: `1 - (\n${sum(BAD)}\n  / (${sum(ALL)} > 0)\n) / ${decimal(budget)}`,
    }
  }),
})
