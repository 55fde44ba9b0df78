import type { LimitName, Thresholds } from '../../../thresholds.ts'
import { alert, limitOf } from '../alert.ts'
import { METRICS } from '../metrics.ts'
import { decimal, perSecond, SERVICE } from '../promql.ts'
import type { Alert, AlertCase, RecordingRule } from '../rule.ts'
import { growing, type Series } from '../series.ts'
import { minutesOf } from '../slo-recording.ts'

const metric = METRICS.cost
const MONTH_MINUTES = 30 * 1440
const labels = { job: 'shop' }
const route = { ...labels, http_route: '/orders', hono_usage_resource: 'd1RowsRead' }

/** USD a second. What windows of hours are made of, so that no rule reads days of every series. */
const SPENT = 'job:hono_cost_usd:rate5m'

/** USD of one request, as a KV get and a D1 query cost it. */
const REQUEST_USD = 1e-6

interface Windows {
  readonly long: string
  readonly short: string
}

/** How many times as fast as 30 days allow: what was spent in a window, of what may be spent in it. */
const burn = (window: string, budgetUsd: number): string => {
  const minutes = minutesOf(window)
  const step = minutes < 1440 ? 1 : 5
  const allowed = (budgetUsd * minutes) / MONTH_MINUTES
  // Half a step less, so that both kinds of Prometheus, with the window's begin and without, see as many.
  const seconds = minutes * 60 - step * 30
  return `sum_over_time(${SPENT}[${seconds}s:${step}m]) * ${step * 60} / ${decimal(allowed)}`
}

/** The budget of a month as that of errors: one window says that it matters, the other that it still goes on. */
export const costAlerts = (thresholds: Thresholds): Alert[] => [
  costAlert(thresholds, 'CostSpike', 'warning', { long: '1h', short: '5m' }, [
    { record: SPENT, expr: perSecond(metric, SERVICE, '5m') },
  ]),
  costAlert(thresholds, 'CostElevated', 'ticket', { long: '1d', short: '2h' }),
]

const costAlert = (
  thresholds: Thresholds,
  name: LimitName,
  severity: 'warning' | 'ticket',
  { long, short }: Windows,
  recording: readonly RecordingRule[] = [],
): Alert => {
  const { costBudgetUsd } = thresholds.settings
  const limit = limitOf(thresholds, name)
  const minutes = minutesOf(long)
  const stepMinutes = minutes >= 1440 ? 5 : 1
  /** What grows by so many USD a minute that the budget burns so fast. */
  const burning = (rate: number, before = 0): Series[] => [
    growing(metric, route, before, (costBudgetUsd * rate) / MONTH_MINUTES),
  ]
  const requests = (perSecond: number): Series[] => [
    growing(metric, route, REQUEST_USD * 60, REQUEST_USD * 60 * perSecond),
  ]
  return alert(thresholds, name, {
    severity,
    team: 'application',
    summary: '{job} spends its budget of the month too fast',
    description: `In the last ${long} it spent {value} times as fast as ${costBudgetUsd} USD for 30 days allow; the limit is {limit}.`,
    expr: (threshold) =>
      `${burn(long, costBudgetUsd)} > ${threshold}\nand ${burn(short, costBudgetUsd)} > ${threshold}`,
    ...(recording.length && { recording }),
    test: {
      labels,
      minutes: [30, minutes + 60, Math.max(60, minutesOf(short) * 2)],
      stepMinutes,
      series: (level) => burning(limit * level),
      cases: cases(limit, minutes, stepMinutes, { burning, requests }),
    },
  })
}

const cases = (
  limit: number,
  minutes: number,
  stepMinutes: number,
  {
    burning,
    requests,
  }: {
    burning: (rate: number, before?: number) => Series[]
    requests: (perSecond: number) => Series[]
  },
): AlertCase[] => [
  {
    name: 'a request a second, at what a request costs',
    series: requests(1),
    minutes: [30, minutes, 30],
    stepMinutes,
    firing: 0,
  },
  {
    name: 'twenty requests a second, at what a request costs',
    series: requests(20),
    minutes: [30, minutes, 30],
    stepMinutes,
    firing: 0,
  },
  {
    name: 'few requests that scan a table each',
    series: burning(limit * 4),
    minutes: [30, minutes, 30],
    stepMinutes,
    firing: 1,
  },
  {
    name: 'a burst that is short of the long window',
    series: burning(limit * 2, 0.001),
    minutes: [minutes, minutes / 3, 30],
    stepMinutes,
    firing: 0,
  },
]
