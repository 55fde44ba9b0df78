import { type Attributes, type AttributeValue, attributes, value } from './otlp-values.ts'

export type { Attributes, AttributeValue } from './otlp-values.ts'

type Fields = Record<string, unknown>

/** Who recorded something, under which name and version. */
export interface DecodedScope {
  name: string
  version: string
  attributes: Attributes
  schemaUrl: string
}

/** What every record carries from the envelope it came in. */
export interface DecodedOrigin {
  resource: Attributes
  resourceSchemaUrl: string
  scope: DecodedScope
}

export interface DecodedEvent {
  name: string
  timeUnixNano: bigint
  attributes: Attributes
  droppedAttributesCount: number
}

export interface DecodedLink {
  traceId: string
  spanId: string
  traceState: string
  flags: number
  attributes: Attributes
  droppedAttributesCount: number
}

export interface DecodedSpan extends DecodedOrigin {
  /** 32 hexadecimal characters. */
  traceId: string
  /** 16 hexadecimal characters. */
  spanId: string
  /** 16 hexadecimal characters; '' for a root. */
  parentSpanId: string
  traceState: string
  /** Bits 0–7: W3C flags; 8: whether bit 9 is meaningful; 9: the parent is remote. */
  flags: number
  name: string
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer; 0 unset. */
  kind: number
  startTimeUnixNano: bigint
  endTimeUnixNano: bigint
  attributes: Attributes
  events: DecodedEvent[]
  links: DecodedLink[]
  /** `code`: 0 unset, 1 ok, 2 error. */
  status: { code: number; message: string }
  droppedAttributesCount: number
  droppedEventsCount: number
  droppedLinksCount: number
}

export interface DecodedExemplar {
  attributes: Attributes
  timeUnixNano: bigint
  value: number
  traceId: string
  spanId: string
}

export interface DecodedBuckets {
  offset: number
  counts: number[]
}

/** One point of any metric type; a field that the type lacks is undefined. */
export interface DecodedPoint {
  attributes: Attributes
  startTimeUnixNano: bigint
  timeUnixNano: bigint
  flags: number
  exemplars: DecodedExemplar[]
  /** Gauges and sums. */
  value?: number
  /** Histograms and summaries. */
  count?: number
  sum?: number
  min?: number
  max?: number
  bucketCounts?: number[]
  explicitBounds?: number[]
  /** Exponential histograms. */
  scale?: number
  zeroCount?: number
  zeroThreshold?: number
  positive?: DecodedBuckets
  negative?: DecodedBuckets
  /** Summaries. */
  quantiles?: { quantile: number; value: number }[]
}

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary'

export interface DecodedMetric extends DecodedOrigin {
  name: string
  description: string
  unit: string
  type: MetricType
  /** undefined for a gauge and a summary. */
  temporality: 'delta' | 'cumulative' | undefined
  /** undefined for everything but a sum. */
  monotonic: boolean | undefined
  points: DecodedPoint[]
}

export interface DecodedLogRecord extends DecodedOrigin {
  timeUnixNano: bigint
  observedTimeUnixNano: bigint
  /** 1–4 trace, 5–8 debug, 9–12 info, 13–16 warn, 17–20 error, 21–24 fatal; 0 unset. */
  severityNumber: number
  severityText: string
  eventName: string
  body: AttributeValue
  attributes: Attributes
  droppedAttributesCount: number
  flags: number
  traceId: string
  spanId: string
}

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
