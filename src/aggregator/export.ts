import type { ResourceMetrics } from '../export/aggregator/protocol.ts'
import type { BodyLimit } from '../export/otlp/body-limit.ts'
import { type Fetch, post } from '../export/otlp/post.ts'
import type { SignalDestination } from '../export/otlp/signal-destination.ts'
import { countPoints, splitPoints } from '../export/otlp/split-points.ts'
import type { MetricData } from '../metrics/data.ts'

/** Points that are encoded at once. */
const MAX_POINTS = 2000

/**
 * Sends totals as OTLP, in parts as small as the receiver wants them. Returns why a request failed; undefined when all
 * were taken. Nothing is sent twice: the next export carries the same totals and more.
 */
export const exportTotals = async (
  totals: readonly ResourceMetrics[],
  destination: SignalDestination,
  fetch: Fetch,
  limit: BodyLimit,
): Promise<string | undefined> => {
  let failure: string | undefined
  const { encoding } = destination
  for (const { resource, metrics } of totals) {
    const lists = splitPoints(metrics, MAX_POINTS).toReversed()
    for (let some = lists.pop(); some; some = lists.pop()) {
      const points = countPoints(some)
      if (!points) {
        continue
      }
      const body = encoding.encodeMetrics(resource, some)
      const { contentType } = encoding
      const outcome = await post(destination, { body, contentType }, fetch, limit, points <= 1)
      if (outcome.kind === 'refused' && outcome.parts) {
        lists.push(...splitPoints(some, Math.ceil(points / outcome.parts)).toReversed())
      } else if (outcome.kind !== 'accepted') {
        failure = outcome.reason
      } else if (outcome.rejected) {
        failure = 'rejected'
      }
    }
  }
  return failure
}

/** The state of a moment: every total is as of now, however long ago it changed. */
export const asOf = (
  totals: readonly ResourceMetrics[],
  nowMs: number,
  exemplarsSinceMs: number,
): ResourceMetrics[] =>
  totals.map(({ resource, metrics }) => ({
    resource,
    metrics: metrics.map(
      (metric) =>
        ({
          ...metric,
          points: metric.points.map(({ exemplars = [], ...point }) => ({
            ...point,
            timeMs: nowMs,
            // An exemplar is an event, not a state: it is not told again and again.
            exemplars: exemplars.filter(({ timeMs }) => timeMs >= exemplarsSinceMs),
          })),
        }) as MetricData,
    ),
  }))
