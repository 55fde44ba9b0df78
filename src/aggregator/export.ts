import type { ResourceMetrics } from '../export/aggregator/protocol.ts'
import { type Fetch, post } from '../export/otlp/post.ts'
import type { SignalDestination } from '../export/otlp/signal-destination.ts'
import type { MetricData } from '../metrics/data.ts'

/** Points per request: about a megabyte. */
const MAX_POINTS = 2000

/**
 * Sends totals as OTLP. Returns why a request failed; undefined when all were taken. Nothing is sent twice:
 * the next export carries the same totals and more.
 */
export const exportTotals = async (
  totals: readonly ResourceMetrics[],
  destination: SignalDestination,
  fetch: Fetch,
): Promise<string | undefined> => {
  let failure: string | undefined
  const { encoding } = destination
  for (const { resource, metrics } of totals) {
    for (const some of split(metrics)) {
      const body = encoding.encodeMetrics(resource, some)
      const { contentType } = encoding
      const outcome = await post(destination, { body, contentType }, fetch)
      if (outcome.kind !== 'accepted') {
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

const split = (metrics: readonly MetricData[]): MetricData[][] => {
  const requests: MetricData[][] = [[]]
  let room = MAX_POINTS
  for (const metric of metrics) {
    for (let at = 0; at < metric.points.length; ) {
      const points = metric.points.slice(at, at + room)
      requests.at(-1)?.push({ ...metric, points } as MetricData)
      at += points.length
      room -= points.length
      if (!room) {
        requests.push([])
        room = MAX_POINTS
      }
    }
  }
  return requests.filter(({ length }) => length)
}
