import type { Hours, Thresholds } from '../../thresholds.ts'
import { jobNamed } from './promql.ts'
import type { RecordingRule } from './rule.ts'

/** What is recorded of a service or a route: requests a second. */
type Level = 'job' | 'job_route'

const requests = (level: Level, matchers = ''): string =>
  `${level}:http_server_requests:rate5m${matchers}`

/** {@link expected} by this name. */
export const expectedRate = (level: Level): string =>
  `${level}:http_server_requests_expected:rate1h`

/** The lesser of the hour before and the hour after, so many hours ago. */
const around = (level: Level, hours: number): string => {
  const before = `avg_over_time(${requests(level)}[1h] offset ${hours}h)`
  const after = `avg_over_time(${requests(level)}[1h] offset ${hours - 1}h)`
  return `((${before} <= ${after}) or (${after} < ${before}))`
}

const within = ({ days, fromHour, toHour }: Hours): string => {
  const day = days.map((each) => `day_of_week() == ${each}`).join(' or ')
  return `(${day}) and hour() >= ${fromHour} and hour() < ${toHour}`
}

/**
 * Requests a second that there should be now: as many as at this hour of last week, or of yesterday where that is
 * not known yet, and within the hours of the service. Who is closed at night, or on Sundays, is not missed then.
 */
export const expected = (level: Level, { settings }: Thresholds): RecordingRule => {
  const usual = `${around(level, 168)}\n  or ${around(level, 24)}`
  const names = Object.keys(settings.hours)
  const record = expectedRate(level)
  if (!names.length) {
    return { record, expr: usual }
  }
  const those = (...of: readonly string[]): string =>
    `on (job) max by (job) (max_over_time(${requests(level, `{${jobNamed(...of)}}`)}[1d]))`
  const scheduled = Object.entries(settings.hours).map(
    ([name, hours]) => `(${usual}) and ${those(name)} and on () (${within(hours)})`,
  )
  return { record, expr: [`(${usual}) unless ${those(...names)}`, ...scheduled].join('\nor ') }
}
