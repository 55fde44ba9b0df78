import type { Attributes } from '@opentelemetry/api'
import type { MetricData } from '../metrics/data.ts'
import { OF_THE_EXPORT } from '../metrics/instrument-kind.ts'
import type { RecordingSpan } from '../traces/span.ts'

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const
const STATUSES = ['unset', 'ok', 'error'] as const

/** A finished span as plain data. */
export interface CapturedSpan {
  name: string
  kind: (typeof KINDS)[number]
  /** 32 hex digits. */
  traceId: string
  /** 16 hex digits. */
  spanId: string
  /** Absent at the root of a trace. */
  parentSpanId?: string
  /** The name of its parent, where that was captured too. */
  parent?: string
  attributes: Attributes
  status: (typeof STATUSES)[number]
  /** What an error says of itself, where it says something. */
  statusMessage?: string
  /** Milliseconds. */
  durationMs: number
  events: { name: string; attributes: Attributes }[]
  links: { traceId: string; spanId: string; attributes: Attributes }[]
  /** The instrumentation scope's name. */
  scope: string
}

/** What was added to one metric under one set of attributes, or measured last. */
export interface CapturedPoint {
  /** The metric's. */
  name: string
  type: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram'
  unit: string
  attributes: Attributes
  /** Of a counter what was added, of a gauge the last value. */
  value?: number
  /** Of a histogram: how many values, and what they come to. */
  count?: number
  sum?: number
  min?: number
  max?: number
}

/** One line of the log, as it would be on the console without a `format`: the fields of the call beside these. */
export interface CapturedLog {
  /** RFC 3339, in UTC. */
  timestamp: string
  /** `trace`, `debug`, `info`, `warn`, `error` or `fatal`. */
  level: string
  message: string
  /** The logger's name: `app`, `access` for access lines, or your own. */
  logger: string
  /** Those of the span that it was written in, where there was one. */
  trace_id?: string
  span_id?: string
  request_id?: string
  [field: string]: unknown
}

const copyOf = (attributes: Attributes | undefined): Attributes => ({ ...attributes })

/** In the order in which they began. */
export const toSpans = (spans: readonly RecordingSpan[]): CapturedSpan[] => {
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
  return spans
    .filter(({ ended }) => ended)
    .map((span) => {
      const { traceId, spanId } = span.spanContext()
      const parentSpanId = span.parentSpanContext?.spanId
      const parent = parentSpanId === undefined ? undefined : names.get(parentSpanId)
      const { code, message } = span.status
      return {
        name: span.name,
        kind: KINDS[span.kind],
        traceId,
        spanId,
        ...(parentSpanId !== undefined && { parentSpanId }),
        ...(parent !== undefined && { parent }),
        attributes: copyOf(span.attributes),
        status: STATUSES[code],
        ...(message !== undefined && { statusMessage: message }),
        durationMs: span.endMs - span.startMs,
        events: span.events.map(({ name, attributes }) => ({
          name,
          attributes: copyOf(attributes),
        })),
        links: span.links.map(({ context, attributes }) => ({
          traceId: context.traceId,
          spanId: context.spanId,
          attributes: copyOf(attributes),
        })),
        scope: span.instrumentationScope.name,
      }
    })
}

/** Without what is said of the export, which there is none of. */
export const toPoints = (metrics: readonly MetricData[]): CapturedPoint[] =>
  metrics
    .filter(({ name }) => !OF_THE_EXPORT.test(name))
    .flatMap(({ name, type, unit, points }) =>
      [...points].map((point) => ({
        name,
        type,
        unit,
        attributes: copyOf(point.attributes),
        ...('value' in point ? { value: point.value } : totalsOf(point)),
      })),
    )

const totalsOf = ({
  count,
  sum,
  min,
  max,
}: Pick<CapturedPoint, 'sum' | 'min' | 'max'> & { count: number }): Partial<CapturedPoint> => ({
  count,
  ...(sum !== undefined && { sum }),
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
})
