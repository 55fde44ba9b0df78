import type { Packed, PackedAttributes } from './value.ts'

/** The three kinds of telemetry. */
export type Signal = 'traces' | 'metrics' | 'logs'

/** Who recorded something. `schemaUrl` and `dropped` may be missing. */
export interface Origin {
  attributes: PackedAttributes
  schemaUrl?: string
  /** Attributes that the sender left out. */
  dropped?: number
}

/** An instrumentation scope. */
export interface Scope extends Origin {
  name: string
  version: string
}

/** Nanoseconds since 1970 as a decimal string: they do not fit into a number. */
export type Nanos = string

export interface SpanEvent {
  name: string
  timeNano: Nanos
  attributes: PackedAttributes
  dropped?: number
}

export interface SpanLink {
  traceId: string
  spanId: string
  traceState?: string
  flags?: number
  attributes: PackedAttributes
  dropped?: number
}

/** What of a span is stored as JSON. */
export interface SpanDetail {
  startNano: Nanos
  endNano: Nanos
  attributes: PackedAttributes
  events?: SpanEvent[]
  links?: SpanLink[]
  statusMessage?: string
  traceState?: string
  flags?: number
  dropped?: number
  droppedEvents?: number
  droppedLinks?: number
}

export interface SpanRecord {
  /** 32 lower-case hexadecimal digits. */
  traceId: string
  /** 16 lower-case hexadecimal digits. */
  spanId: string
  /** '' for a root. */
  parentSpanId: string
  name: string
  /** 0 unset, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number
  /** 0 unset, 1 ok, 2 error. */
  status: number
  detail: SpanDetail
}

/** What of a log record is stored as JSON. */
export interface LogDetail {
  timeNano: Nanos
  observedNano: Nanos
  severityText?: string
  eventName?: string
  body: Packed
  attributes: PackedAttributes
  dropped?: number
  flags?: number
}

export interface LogRecord {
  traceId: string
  spanId: string
  /** 1 to 24; 0 unset. */
  severity: number
  detail: LogDetail
}

export interface ExemplarRecord {
  timeNano: Nanos
  value: Packed
  traceId: string
  spanId: string
  attributes: PackedAttributes
}

/** Of 64 bits: a number below 2^53, beyond it a decimal string. */
export type Count = number | string

export interface Buckets {
  offset: number
  counts: Count[]
}

/** A point of any type; what the type lacks is missing. */
export interface PointDetail {
  timeNano: Nanos
  startNano: Nanos
  flags?: number
  /** Gauges and sums. */
  value?: Packed
  /** Histograms and summaries. */
  count?: Count
  sum?: number | string
  min?: number | string
  max?: number | string
  bounds?: number[]
  counts?: Count[]
  scale?: number
  zeroCount?: Count
  zeroThreshold?: number
  positive?: Buckets
  negative?: Buckets
  /** Summaries: quantile and value. */
  quantiles?: [number, number | string][]
  exemplars?: ExemplarRecord[]
}

export interface PointRecord {
  attributes: PackedAttributes
  detail: PointDetail
}

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary'

/** What makes an instrument the one it is. */
export interface Instrument {
  name: string
  unit: string
  type: MetricType
  temporality?: 'delta' | 'cumulative'
  monotonic?: boolean
}

/** What is said of a metric, beside what makes it the one it is. */
export interface MetricAbout {
  description: string
  metadata?: PackedAttributes
}

export interface MetricRecord extends Instrument, MetricAbout {
  points: PointRecord[]
}

/** Records of one resource and scope. */
export interface Group<R> {
  resource: Origin
  scope: Scope
  records: R[]
}

/** A request as it was understood. */
export interface Decoded<R> {
  groups: Group<R>[]
  /** Reasons for what was refused, with their counts. */
  rejected: Map<string, number>
  /** Records that were kept, but not whole. */
  shortened: number
}
