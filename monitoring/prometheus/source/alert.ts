import type { LimitName, Thresholds } from '../../thresholds.ts'
import type { Metric } from './metrics.ts'
import { decimal, quantile, share } from './promql.ts'
import type { Alert, Format } from './rule.ts'
import { failing, slowing } from './series.ts'

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
  window?: string
  minPerSecond?: number
  /** Values for `by`, in the test. */
  labels: Readonly<Record<string, string>>
}

/** Fires when more than the limit of all events are bad. */
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
  },
): Alert => {
  const { metric, by, bad, among, window, labels, badLabels, goodLabels, otherLabels } = options
  const limit = limitOf(thresholds, name)
  const { value, guard } = share(metric, by, {
    bad,
    ...(among && { among }),
    ...(window && { window }),
    minPerSecond: options.minPerSecond ?? thresholds.settings.minPerSecond,
  })
  return alert(thresholds, name, {
    ...common(options),
    format: 'share',
    expr: (threshold) => `${value} > ${threshold}\nand ${guard}`,
    test: {
      labels,
      series: (level) =>
        failing(metric, { ...labels, ...otherLabels }, badLabels, limit * level, goodLabels),
    },
  })
}

/** Fires when the 95th percentile is above the limit. */
export const slowAlert = (
  thresholds: Thresholds,
  name: LimitName,
  options: Common & { otherLabels?: Readonly<Record<string, string>> },
): Alert => {
  const { metric, by, among = '', window = '5m', labels, otherLabels } = options
  const limit = limitOf(thresholds, name)
  const { guard } = share(metric, by, {
    bad: '',
    among,
    window,
    minPerSecond: options.minPerSecond ?? thresholds.settings.minPerSecond,
  })
  return alert(thresholds, name, {
    ...common(options),
    format: 'seconds',
    expr: (threshold) =>
      `${quantile(0.95, metric, by, window, among)} > ${threshold}\nand ${guard}`,
    test: {
      labels,
      minutes: [30, 60, 30],
      series: (level) => slowing(metric, { ...labels, ...otherLabels }, limit * level),
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
