import type { Attributes } from '@opentelemetry/api'
import { SCOPE_NAME } from '../base/version.ts'
import type { SumData } from '../metrics/data.ts'

/** Metrics of the aggregator about itself, by the last part of their name. */
const OWN = {
  pushes: ['{push}', 'Pushes that arrived, by what became of them'],
  refused_points: ['{point}', 'Points that were not added, by metric and reason'],
  overflow_points: [
    '{point}',
    'Points added to the overflow series, for lack of room for one more',
  ],
  expired: ['{item}', 'Idle series, and records of vanished instances, that were removed'],
  export_failures: ['{export}', 'OTLP exports that failed, or of which points were rejected'],
  series: ['{series}', 'Series held'],
  instances: ['{instance}', 'Instances whose pushes are told apart'],
} as const

export type OwnMetric = keyof typeof OWN

const PREFIX = 'hono.aggregator.'

/** Own metrics are exempt from limits, which could otherwise not be reported. */
export const isOwn = ({ name }: { name: string }): boolean => name.startsWith(PREFIX)

/** One point of a metric about the aggregator. */
export const ownMetric = (
  name: OwnMetric,
  attributes: Attributes,
  value: number,
  nowMs: number,
): SumData => ({
  type: 'sum',
  name: PREFIX + name,
  unit: OWN[name][0],
  description: OWN[name][1],
  scope: { name: SCOPE_NAME },
  monotonic: name !== 'series' && name !== 'instances',
  integer: true,
  temporality: 'delta',
  points: [{ attributes, startMs: nowMs, timeMs: nowMs, value }],
})
