import type { Metric } from './metrics.ts'
import { decimal } from './promql.ts'

/** A series of a test: what it does per minute in each of three phases. */
export interface Series {
  /** With its labels, as PromQL writes it. */
  readonly selector: string
  /** Of a counter, its growth per minute; of a gauge, its value. `undefined`: no samples. */
  readonly phases: readonly [Value, Value, Value]
  readonly isGauge?: boolean
}

type Value = number | undefined
export type Labels = Readonly<Record<string, string>>

const select = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}}`

const countName = ({ type, prometheus }: Metric): string =>
  type === 'histogram' ? `${prometheus}_count` : prometheus

/** A counter, or a histogram's count, that grows by so much a minute. */
export const growing = (
  metric: Metric,
  labels: Labels,
  before: number,
  during: Value,
  after: number = before,
): Series => ({ selector: select(countName(metric), labels), phases: [before, during, after] })

/** A gauge. */
export const holding = (
  name: string,
  labels: Labels,
  before: Value,
  during: Value,
  after: Value = before,
): Series => ({ selector: select(name, labels), phases: [before, during, after], isGauge: true })

/** Measurements a minute in the tests: one a second. */
export const PER_MINUTE = 60

/** The sum of a histogram, or whatever else has a name of its own. */
export const growingNamed = (
  name: string,
  labels: Labels,
  before: number,
  during: number,
  after: number = before,
): Series => ({ selector: select(name, labels), phases: [before, during, after] })

/** A histogram of fast measurements, of which in the middle phase only `shareUpTo(bound)` are. */
const distribution = (
  metric: Metric,
  labels: Labels,
  shareUpTo: (bound: number) => number,
): Series[] => {
  const bucket = (bound: number, label: string): Series => ({
    selector: select(`${metric.prometheus}_bucket`, { ...labels, le: label }),
    phases: [PER_MINUTE, PER_MINUTE * shareUpTo(bound), PER_MINUTE],
  })
  return [
    ...(metric.bounds ?? []).map((bound) => bucket(bound, decimal(bound))),
    bucket(Number.POSITIVE_INFINITY, '+Inf'),
    growing(metric, labels, PER_MINUTE, PER_MINUTE),
  ]
}

/** A histogram whose 95th percentile is in its lowest bucket but in the middle phase, when it is `p95`. */
export const slowing = (metric: Metric, labels: Labels, p95: number): Series[] => {
  const bounds = metric.bounds ?? []
  const index = bounds.findIndex((bound) => bound >= p95)
  const upper = bounds[index]
  if (upper === undefined) {
    throw new RangeError(`Cannot test: \`p95\` must be within the bounds, received ${p95}`)
  }
  const lower = bounds[index - 1] ?? 0
  const part = (p95 - lower) / (upper - lower)
  // Shares below the bucket and in it, so that 95 % end where `part` says.
  const below = Math.max(0, (0.95 - part) / (1 - part))
  const inside = part > 0.95 ? 0.95 / part : 1 - below
  return distribution(metric, labels, (bound) => {
    if (bound === Number.POSITIVE_INFINITY) return 1
    return bound < upper ? below : below + inside
  })
}

/**
 * A histogram of which, in the middle phase, a share is in the second bucket above `seconds`. Only the bounds
 * around it are there, to save `promtool` time.
 */
export const stalling = (
  metric: Metric,
  labels: Labels,
  slowShare: number,
  seconds: number,
): Series[] => {
  const bounds = metric.bounds ?? []
  const first = bounds.findLastIndex((bound) => bound <= seconds)
  const slow = bounds[bounds.findIndex((bound) => bound > seconds) + 1] ?? Number.POSITIVE_INFINITY
  const some = { ...metric, bounds: bounds.slice(first).filter((bound) => bound <= slow) }
  return distribution(some, labels, (bound) => (bound >= slow ? 1 : 1 - slowShare))
}

/** Events of which, in the middle phase, a share has the labels `bad`. */
export const failing = (
  metric: Metric,
  labels: Labels,
  bad: Labels,
  share: number,
  good: Labels = {},
): Series[] => [
  growing(metric, { ...labels, ...good }, PER_MINUTE, PER_MINUTE * (1 - share)),
  growing(metric, { ...labels, ...bad }, 0, PER_MINUTE * share),
]

/** Samples in the notation of `promtool test rules`. */
export const samples = (
  { phases, isGauge }: Series,
  minutes: readonly [number, number, number],
  stepMinutes: number,
): string => {
  const parts: string[] = []
  let total = 0
  phases.forEach((value, index) => {
    const count = Math.round((minutes[index] ?? 0) / stepMinutes)
    if (value === undefined) {
      parts.push(`_x${count}`)
    } else if (isGauge) {
      parts.push(`${decimal(value)}+0x${count - 1}`)
    } else {
      const step = value * stepMinutes
      // A little more than it was: promtool adds up with errors, and less would be a reset.
      const first = index === 0 ? 0 : total * (1 + 1e-9) + step
      parts.push(`${decimal(first)}${step < 0 ? '' : '+'}${decimal(step)}x${count - 1}`)
      total = first + step * (count - 1)
    }
  })
  return parts.join(' ')
}

/** Of a histogram's series, the share that is slower than the greatest bound not above `seconds`, meanwhile. */
export const shareAbove = (
  { bounds = [] }: Metric,
  series: readonly Series[],
  seconds: number,
): number => {
  const lower = bounds.findLast((bound) => bound <= seconds) ?? 0
  const bucket = series.find(({ selector }) => selector.includes(`le="${decimal(lower)}"`))
  return 1 - (bucket?.phases[1] ?? 0) / PER_MINUTE
}

const each = (
  series: readonly Series[],
  change: (value: Value, phase: number) => Value,
): Series[] =>
  series.map((one) => {
    const [before, during, after] = one.phases
    return { ...one, phases: [change(before, 0), change(during, 1), change(after, 2)] }
  })

/** With so many times as many events. Gauges are as they were. */
export const speeded = (series: readonly Series[], factor: number): Series[] =>
  series.flatMap((one) =>
    one.isGauge
      ? [one]
      : each([one], (value) => (value === undefined ? undefined : value * factor)),
  )

/** Of something that is not there before the middle phase. */
export const beginning = (series: readonly Series[]): Series[] =>
  each(series, (value, phase) => (phase === 0 ? undefined : value))

/** With one more label. */
export const labelled = (series: readonly Series[], label: string, value: string): Series[] =>
  series.map((one) => ({
    ...one,
    selector: one.selector.replace(/\}$/, `,${label}=${JSON.stringify(value)}}`),
  }))
