import type { DecodedMetric, DecodedSpan } from '../../test/support/otlp-decoder.ts'
import type { Sink } from '../../test/support/otlp-sink.ts'
import { ROUTE } from './starter.ts'

const SERVER = 2
const DURATION = 'http.server.request.duration'

/** How long records may take: the longest of the delays that are set, and a slow machine. */
const ARRIVAL_MS = 20_000

/**
 * Asks for an order, and waits until the request is a span, a metric and a log record, each with its route and of this
 * service. Returns what is wrong; nothing when all is well.
 */
export const faultsOf = async (url: string, service: string, sink: Sink): Promise<string[]> => {
  const response = await fetch(`${url}/orders/7`)
  const text = await response.text()
  const answered = response.status === 200 && text.includes('"id":"7"')
  if (!answered) {
    return [`GET /orders/7 answered ${response.status}: ${text.slice(0, 500)}`]
  }
  if (!/"requestId":"[^"]+"/.test(text)) {
    return [`the handler sees no request id: ${text}`]
  }
  await sink.waitFor(() => missing(service, sink).length === 0, ARRIVAL_MS).catch(() => undefined)
  return missing(service, sink)
}

const missing = (service: string, sink: Sink): string[] => {
  const ours = ({ resource }: { resource: Record<string, unknown> }): boolean =>
    resource['service.name'] === service
  const spans = sink.spans().filter((each) => ours(each) && each.kind === SERVER)
  const span = spans.find(({ name }) => name === `GET ${ROUTE}`)
  const durations = sink.metrics().filter((each) => ours(each) && each.name === DURATION)
  const records = sink.logRecords().filter(ours)
  const line = records.find(({ body }) => body === 'order read')
  const traced = records.filter(({ traceId }) => traceId === span?.traceId)
  return [
    ...(span ? wrongSpan(span) : [`no span GET ${ROUTE}, only ${namesOf(spans)}`]),
    ...wrongMetrics(durations),
    ...(line ? [] : ["the handler's log record did not arrive"]),
    ...(line && !traced.includes(line) ? ["the handler's log record is not in the trace"] : []),
    ...(traced.some(({ attributes }) => attributes['http.route'] === ROUTE)
      ? []
      : ['no access line with the route is in the trace']),
  ]
}

const namesOf = (spans: readonly DecodedSpan[]): string =>
  spans.map(({ name }) => name).join(', ') || 'none at all'

const wrongSpan = ({ attributes }: DecodedSpan): string[] =>
  attributes['http.route'] === ROUTE ? [] : [`the span is of route ${attributes['http.route']}`]

const wrongMetrics = (metrics: readonly DecodedMetric[]): string[] => {
  const points = metrics.flatMap((metric) => metric.points)
  const routes = points.map(({ attributes }) => String(attributes['http.route']))
  return routes.includes(ROUTE) ? [] : [`no ${DURATION} of the route, only of ${routes}`]
}
