import type { BurnWindow, Thresholds } from '../../thresholds.ts'
import { METRICS } from './metrics.ts'
import { anyOf, atMost, decimal, perSecond } from './promql.ts'
import type { Alert, RecordingRule, RuleGroup } from './rule.ts'
import { failing, type Series, stalling } from './series.ts'

const metric = METRICS.requests
const ratio = (window: string): string => `job_slo:errors_per_request:ratio_rate${window}`
const labels = { job: 'shop' }

interface Objective {
  readonly slo: string
  /** The share of requests that may be bad. */
  readonly budget: number
  readonly isLatency: boolean
  /** Bad requests as a share of all. */
  readonly expr: (window: string) => string
  /** A request a second, of which a share is bad in the middle phase. */
  readonly series: (share: number) => readonly Series[]
}

const objectives = ({ slo, settings }: Thresholds): Objective[] => {
  const bad = 'http_response_status_code=~"5.."'
  const timed = `http_route!~"${anyOf(settings.streamingRoutes)}"`
  const all = (window: string, matchers = '') => perSecond(metric, 'job', window, matchers)
  return [
    {
      slo: 'availability',
      budget: 1 - slo.availability,
      isLatency: false,
      expr: (window) => `(${all(window, bad)} or 0 * ${all(window)})\n  / (${all(window)} > 0)`,
      series: (share) => [
        ...failing(metric, labels, { http_response_status_code: '500' }, share, {
          http_response_status_code: '200',
        }),
      ],
    },
    ...slo.latency.map(({ seconds, share }) => ({
      slo: `latency-${decimal(seconds)}s`,
      budget: 1 - share,
      isLatency: true,
      expr: (window: string) =>
        `1 - ${atMost(metric, seconds, 'job', window, timed)}\n  / (${all(window, timed)} > 0)`,
      series: (slow: number) =>
        stalling(metric, { ...labels, http_route: '/orders' }, slow, seconds),
    })),
  ]
}

/** Bad requests as a share of all, in every window that an alert or a dashboard asks for. */
export const sloGroup = (thresholds: Thresholds): RuleGroup => {
  const windows = new Set(thresholds.slo.windows.flatMap(({ long, short }) => [short, long]))
  const recording = objectives(thresholds).flatMap(({ slo, budget, expr }): RecordingRule[] => [
    ...[...windows].map((window) => ({
      record: ratio(window),
      labels: { slo },
      expr: expr(window),
    })),
    { record: 'slo:error_budget:ratio', labels: { slo }, expr: `vector(${decimal(budget)})` },
  ])
  return { name: 'slo', intervalSeconds: 30, recording }
}

/** What is left of 30 days' budget. It reads 30 days, so it is not asked often. */
export const budgetGroup = (thresholds: Thresholds): RuleGroup => ({
  name: 'slo-budget',
  intervalSeconds: 300,
  recording: objectives(thresholds).map(({ slo, budget, expr }) => ({
    record: 'job_slo:error_budget_remaining:ratio30d',
    labels: { slo },
    expr: `1 - (\n${expr('30d')}\n) / ${decimal(budget)}`,
  })),
})

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440 }

const minutesOf = (duration: string): number =>
  Number.parseInt(duration, 10) * (MINUTES[duration.at(-1) ?? ''] ?? Number.NaN)

/** One alert for each objective and pair of windows, per the Site Reliability Workbook, chapter 5. */
export const burnAlerts = (thresholds: Thresholds): Alert[] =>
  objectives(thresholds).flatMap((objective) =>
    thresholds.slo.windows.map((window) => burnAlert(thresholds, objective, window)),
  )

const burnAlert = (
  { slo: { minRequests } }: Thresholds,
  { slo, budget, isLatency, series }: Objective,
  { burnRate, long, short, severity, forMinutes }: BurnWindow,
): Alert => {
  const limit = burnRate * budget
  const above = (window: string) => `${ratio(window)}{slo="${slo}"} > ${decimal(limit)}`
  const shortMinutes = minutesOf(short)
  const isPage = severity === 'critical'
  return {
    name: `${isLatency ? 'Latency' : 'Availability'}BudgetBurn${long}`,
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
      `and on (job) sum by (job) (increase(${metric.prometheus}_count[${long}])) > ${minRequests}`,
    ].join('\n'),
    test: {
      labels: { job: 'shop', slo },
      minutes: [shortMinutes * 2, minutesOf(long) + 2 * shortMinutes, shortMinutes * 3],
      stepMinutes: shortMinutes / 5,
      series: (level) => series(Math.min(1, limit * level)),
    },
  }
}
