import type { LimitName, Thresholds } from '../../thresholds.ts'
import { lowFailures, lowSlow } from './cases.ts'
import type { Metric } from './metrics.ts'
import { decimal, quantile, share, slowerThan } from './promql.ts'
import type { Alert, Format } from './rule.ts'
import { failing, slowing, speeded } from './series.ts'

type Given = Omit<Alert, 'name' | 'limit' | 'forMinutes' | 'expr' | 'format'> & {
  format?: Format
  /** Given the limit as PromQL has it. */
  expr: (limit: string) => string
}

/** What an alert is compared with; 0 where there is nothing. */
export const limitOf = ({ limits }: Thresholds, name: LimitName): number => limits[name].limit ?? 0

/** An alert with its limit from the thresholds. */
export const alert = ({ limits }: Thresholds, name: LimitName, given: Given): Alert => {
  const { limit = 0, forMinutes } = limits[name]
  return {
    name,
    format: 'number',
    ...given,
    limit,
    forMinutes,
    expr: given.expr(decimal(limit)),
  }
}

type Common = Pick<Alert, 'severity' | 'team' | 'summary' | 'description' | 'service'> & {
  metric: Metric
  /** Labels that tell one from the other. */
  by: string
  /** Matchers of what is looked at. */
  among?: string
  /** Default 5 minutes. */
  windowMinutes?: number
  /** Values for `by`, in the test. */
  labels: Readonly<Record<string, string>>
}

/** Fires when more than the limit of all events are bad, and not just a few. */
export const shareAlert = (
  thresholds: Thresholds,
  name: LimitName,
  options: Common & {
    bad: string
    /** Labels of a bad event, and of a good one, in the test. */
    badLabels: Readonly<Record<string, string>>
    goodLabels?: Readonly<Record<string, string>>
    /** Labels of both that do not stay. */
    otherLabels?: Readonly<Record<string, string>>
    /** More failures than this. Default: that of the settings. */
    minFailures?: number
    /** What else must hold. */
    and?: string
  },
): Alert => {
  const { metric, by, bad, among, windowMinutes = 5, labels, badLabels, goodLabels } = options
  const { minFailures = thresholds.settings.minFailures } = options
  const limit = limitOf(thresholds, name)
  const window = `${windowMinutes}m`
  const { value, failures } = share(metric, by, { bad, ...(among && { among }), window })
  const all = { ...labels, ...options.otherLabels }
  // As many as make a share of the limit more than a few failures.
  const perMinute = Math.max(60, (4 * minFailures) / (limit * windowMinutes))
  return alert(thresholds, name, {
    ...common(options),
    format: 'share',
    expr: (threshold) =>
      [
        `${value} > ${threshold}`,
        `and ${failures} > ${decimal(minFailures)}`,
        ...(options.and ? [`and ${options.and}`] : []),
      ].join('\n'),
    test: {
      labels,
      series: (level) =>
        speeded(failing(metric, all, badLabels, limit * level, goodLabels), perMinute / 60),
      cases: lowFailures({
        metric,
        labels: all,
        badLabels,
        goodLabels,
        minFailures,
        windowMinutes,
      }),
    },
  })
}

/** Fires when the 95th percentile is above the limit, and not just a few were slow. */
export const slowAlert = (
  thresholds: Thresholds,
  name: LimitName,
  options: Common & { otherLabels?: Readonly<Record<string, string>> },
): Alert => {
  const { metric, by, among = '', windowMinutes = 5, labels, otherLabels } = options
  const limit = limitOf(thresholds, name)
  const window = `${windowMinutes}m`
  const { minSlow } = thresholds.settings
  const all = { ...labels, ...otherLabels }
  return alert(thresholds, name, {
    ...common(options),
    format: 'seconds',
    expr: (threshold) =>
      `${quantile(0.95, metric, by, window, among)} > ${threshold}\n` +
      `and ${slowerThan(metric, limit, by, window, among)} > ${decimal(minSlow)}`,
    test: {
      labels,
      minutes: [30, 60, 30],
      series: (level) => slowing(metric, all, limit * level),
      cases: lowSlow({ metric, labels: all, limit, minSlow, windowMinutes }),
    },
  })
}

const common = ({ severity, team, summary, description, service }: Common) => ({
  severity,
  team,
  summary,
  description,
  ...(service && { service }),
})
