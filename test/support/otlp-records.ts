import type { Attributes, AttributeValue } from './otlp-values.ts'

export type { Attributes, AttributeValue } from './otlp-values.ts'

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
