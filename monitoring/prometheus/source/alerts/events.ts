import type { LimitName, Thresholds } from '../../../thresholds.ts'
import { alert } from '../alert.ts'
import type { Metric } from '../metrics.ts'
import { newEvents } from '../promql.ts'
import type { Alert } from '../rule.ts'
import { holding, type Labels, type Series } from '../series.ts'

/**
 * Fires when something that should never happen has, within an hour. A ticket stays open until somebody is in the
 * office, so what was seen is recorded: it outlives a restart of Prometheus.
 */
export const eventAlert = (
  thresholds: Thresholds,
  name: LimitName,
  metric: Metric,
  options: Pick<Alert, 'summary' | 'description' | 'severity' | 'team'> & {
    by: string
    matchers?: string
    labels: Labels
    /** What is there besides, in the test. */
    others?: readonly Series[]
  },
): Alert => {
  const { by, matchers = '', labels, others = [], ...texts } = options
  const { ticketHours } = thresholds.settings
  const isTicket = options.severity === 'ticket'
  const record = `event:${name}:new1h`
  const events = (limit: string) => newEvents(metric, by, '1h', limit, matchers)
  return alert(thresholds, name, {
    ...texts,
    ...(isTicket && { recording: [{ record, expr: events('0') }] }),
    expr: (limit) =>
      isTicket ? `max_over_time(${record}[${ticketHours}h]) > ${limit}` : events(limit),
    test: {
      labels,
      minutes: [90, 30, isTicket ? (ticketHours + 2) * 60 : 90],
      stepMinutes: isTicket ? 5 : 1,
      levels: [3, 0],
      value: 3,
      series: (level) => [
        holding('target_info', { job: labels.job ?? '' }, 1, 1),
        // The first one makes the series.
        holding(metric.prometheus, labels, undefined, level, level),
        ...others,
      ],
    },
  })
}
