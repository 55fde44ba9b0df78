import type { Metric } from './metrics.ts'

/**
 * Labels of a service: staging is not production, even where both push to one Prometheus. Empty where the
 * environment is not told.
 */
export const SERVICE = 'job, deployment_environment_name'

/** A matcher of a service by its name. What is pushed has its namespace in front. */
export const jobNamed = (...names: readonly string[]): string => `job=~"(.+/)?(${anyOf(names)})"`

/** A number without the noise of binary fractions. */
export const decimal = (value: number): string => String(Number(value.toPrecision(12)))

/** A name for `http_route=~"…"` that means just these. */
export const anyOf = (values: readonly string[]): string =>
  values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\\\$&')).join('|')

const selector = (name: string, matchers: string): string =>
  matchers ? `${name}{${matchers}}` : name

/** A function of a counter, or a histogram's count, over a time, summed. */
const summed =
  (call: 'rate' | 'increase') =>
  ({ type, prometheus }: Metric, by: string, window: string, matchers = ''): string => {
    const name = type === 'histogram' ? `${prometheus}_count` : prometheus
    return `sum by (${by}) (${call}(${selector(name, matchers)}[${window}]))`
  }

/** What a counter, or a histogram's count, grows by in a second. */
export const perSecond = summed('rate')

/** What a counter, or a histogram's count, has grown by. */
export const increase = summed('increase')

/** How many measurements were slower than the greatest bound that is not above `seconds`. */
export const slowerThan = (
  metric: Metric,
  seconds: number,
  by: string,
  window: string,
  matchers = '',
): string => {
  const lower = metric.bounds?.findLast((bound) => bound <= seconds)
  const all = increase(metric, by, window, matchers)
  if (lower === undefined) {
    return all
  }
  const fast = [matchers, le(lower)].filter(Boolean).join(',')
  return `${all}\n  - sum by (${by}) (increase(${metric.prometheus}_bucket{${fast}}[${window}]))`
}

/** The share of events that `bad` matches, and how many those and all are. */
export const share = (
  metric: Metric,
  by: string,
  options: { bad: string; among?: string; window?: string },
): { value: string; failures: string; all: string } => {
  const { bad, among = '', window = '5m' } = options
  const all = perSecond(metric, by, window, among)
  const matchers = [among, bad].filter(Boolean).join(',')
  return {
    value: `${perSecond(metric, by, window, matchers)}\n  / ${all}`,
    failures: increase(metric, by, window, matchers),
    all,
  }
}

/** A quantile of a histogram, in its unit. */
export const quantile = (
  of: number,
  { prometheus }: Metric,
  by: string,
  window: string,
  matchers = '',
): string =>
  `histogram_quantile(${of}, sum by (${by}, le) (rate(${selector(`${prometheus}_bucket`, matchers)}[${window}])))`

/** A bound as a label: text and OpenMetrics write whole numbers differently. */
const le = (bound: number): string =>
  Number.isInteger(bound) ? `le=~"${bound}(\\\\.0)?"` : `le="${bound}"`

/**
 * How many measurements a second are at most `seconds`. Between two bounds they are taken to lie evenly, as
 * `histogram_quantile` does: the HTTP conventions have no bound at 2 s.
 */
export const atMost = (
  { prometheus, bounds = [] }: Metric,
  seconds: number,
  by: string,
  window: string,
  matchers = '',
): string => {
  const rate = (bound: number): string => {
    const all = [matchers, le(bound)].filter(Boolean).join(',')
    return `sum by (${by}) (rate(${prometheus}_bucket{${all}}[${window}]))`
  }
  if (bounds.includes(seconds)) {
    return rate(seconds)
  }
  const upper = bounds.find((bound) => bound > seconds)
  const lower = bounds.findLast((bound) => bound < seconds)
  if (upper === undefined || lower === undefined) {
    throw new RangeError(
      `Cannot measure latency: \`seconds\` must be within the bounds of ${prometheus}, received ${seconds}`,
    )
  }
  const part = decimal((seconds - lower) / (upper - lower))
  return `(${decimal(1 - Number(part))} * ${rate(lower)} + ${part} * ${rate(upper)})`
}

/**
 * Events of the last `window`, more than `limit`, also those that made their series: `increase` needs a value
 * to compare with, and the first failure of its kind has none. A series that is new because Prometheus is
 * does not count.
 */
export const newEvents = (
  { prometheus }: Metric,
  by: string,
  window: string,
  limit: string,
  matchers = '',
): string => {
  const events = selector(prometheus, matchers)
  return [
    `sum by (${by}) (`,
    `  increase(${events}[${window}]) > 0`,
    '  or (',
    `    (${events} unless ${events} offset ${window})`,
    `    and on (job) (target_info offset ${window})`,
    '  )',
    `) > ${limit}`,
  ].join('\n')
}
