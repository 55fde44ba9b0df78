import type {
  DecodedLogRecord,
  DecodedMetric,
  DecodedOrigin,
  DecodedPoint,
  DecodedSpan,
  MetricType,
} from './otlp-records.ts'
import { attributes, value } from './otlp-values.ts'

type Fields = Record<string, unknown>

/** Lists the spans of a decoded request, each with the resource and scope it came under. */
export function flattenSpans(request: Fields): DecodedSpan[] {
  return records(request, 'resourceSpans', 'scopeSpans', 'spans').map(([span, origin]) => ({
    ...origin,
    ...pick(span, 'traceState', 'flags', 'name', 'kind'),
    ...pick(span, 'droppedAttributesCount', 'droppedEventsCount', 'droppedLinksCount'),
    ...ids(span),
    parentSpanId: hex(span.parentSpanId),
    ...times(span, 'startTimeUnixNano', 'endTimeUnixNano'),
    attributes: attributes(span.attributes),
    status: { code: 0, message: '', ...(span.status as Fields | null) },
    events: list(span.events).map((event) => ({
      ...pick(event, 'name', 'droppedAttributesCount'),
      ...times(event, 'timeUnixNano'),
      attributes: attributes(event.attributes),
    })),
    links: list(span.links).map((link) => ({
      ...pick(link, 'traceState', 'flags', 'droppedAttributesCount'),
      ...ids(link),
      attributes: attributes(link.attributes),
    })),
  })) as DecodedSpan[]
}

/** Lists the metrics of a decoded request, each with the resource and scope it came under. */
export function flattenMetrics(request: Fields): DecodedMetric[] {
  return records(request, 'resourceMetrics', 'scopeMetrics', 'metrics').map(([metric, origin]) => {
    const type = METRIC_TYPES.find((name) => metric[name] != null) as MetricType
    const data = metric[type] as Fields
    return {
      ...origin,
      ...pick(metric, 'name', 'description', 'unit'),
      type,
      temporality: [undefined, 'delta', 'cumulative'][Number(data.aggregationTemporality ?? 0)],
      monotonic: type === 'sum' ? data.isMonotonic : undefined,
      points: list(data.dataPoints).map(point),
    }
  }) as DecodedMetric[]
}

/** Lists the log records of a decoded request, each with the resource and scope it came under. */
export function flattenLogRecords(request: Fields): DecodedLogRecord[] {
  return records(request, 'resourceLogs', 'scopeLogs', 'logRecords').map(([record, origin]) => ({
    ...origin,
    ...pick(record, 'severityNumber', 'severityText', 'eventName'),
    ...pick(record, 'droppedAttributesCount', 'flags'),
    ...ids(record),
    ...times(record, 'timeUnixNano', 'observedTimeUnixNano'),
    body: value(record.body),
    attributes: attributes(record.attributes),
  })) as DecodedLogRecord[]
}

const METRIC_TYPES: MetricType[] = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']

function point(data: Fields): DecodedPoint {
  const number = data.asDouble ?? data.asInt
  return {
    ...times(data, 'startTimeUnixNano', 'timeUnixNano'),
    attributes: attributes(data.attributes),
    flags: Number(data.flags),
    exemplars: list(data.exemplars).map((exemplar) => ({
      attributes: attributes(exemplar.filteredAttributes),
      ...times(exemplar, 'timeUnixNano'),
      value: Number(exemplar.asDouble ?? exemplar.asInt),
      ...ids(exemplar),
    })),
    ...(number === undefined ? {} : { value: Number(number) }),
    ...numbers(data, 'count', 'sum', 'min', 'max', 'scale', 'zeroCount', 'zeroThreshold'),
    ...numberLists(data, 'bucketCounts', 'explicitBounds'),
    ...buckets(data, 'positive'),
    ...buckets(data, 'negative'),
    ...(data.quantileValues ? { quantiles: list(data.quantileValues).map(quantile) } : {}),
  } as DecodedPoint
}

function quantile(data: Fields): { quantile: number; value: number } {
  return { quantile: Number(data.quantile), value: Number(data.value) }
}

function buckets(data: Fields, name: string): Fields {
  const found = data[name] as Fields | null | undefined
  if (!found) return {}
  return { [name]: { offset: found.offset, counts: (found.bucketCounts as string[]).map(Number) } }
}

function numbers(data: Fields, ...names: string[]): Fields {
  const present = names.filter((name) => data[name] !== undefined)
  return Object.fromEntries(present.map((name) => [name, Number(data[name])]))
}

function numberLists(data: Fields, ...names: string[]): Fields {
  const present = names.filter((name) => data[name] !== undefined)
  return Object.fromEntries(present.map((name) => [name, (data[name] as string[]).map(Number)]))
}

function* envelopes(
  request: Fields,
  outer: string,
  inner: string,
): Generator<[Fields, DecodedOrigin]> {
  for (const resource of list(request[outer])) {
    for (const scope of list(resource[inner])) {
      const { name = '', version = '', attributes: own } = (scope.scope ?? {}) as Fields
      yield [
        scope,
        {
          resource: attributes((resource.resource as Fields | null)?.attributes),
          resourceSchemaUrl: String(resource.schemaUrl),
          scope: {
            name: String(name),
            version: String(version),
            attributes: attributes(own),
            schemaUrl: String(scope.schemaUrl),
          },
        },
      ]
    }
  }
}

function records(
  request: Fields,
  outer: string,
  inner: string,
  leaf: string,
): [Fields, DecodedOrigin][] {
  const found: [Fields, DecodedOrigin][] = []
  for (const [scope, origin] of envelopes(request, outer, inner)) {
    for (const record of list(scope[leaf])) found.push([record, origin])
  }
  return found
}

function list(items: unknown): Fields[] {
  return (items ?? []) as Fields[]
}

function pick(from: Fields, ...names: string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, from[name]]))
}

function hex(base64: unknown): string {
  return Buffer.from(String(base64 ?? ''), 'base64').toString('hex')
}

function ids(record: Fields): { traceId: string; spanId: string } {
  return { traceId: hex(record.traceId), spanId: hex(record.spanId) }
}

function times(record: Fields, ...names: string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, BigInt(String(record[name]))]))
}
