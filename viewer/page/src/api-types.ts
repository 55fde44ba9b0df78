import type { MetricView } from '../../query/metric-series.ts'

/** What the API answers: the types of the backend's own answers, as docs/viewer-api.md has them. */
export type { Status } from '../../backend.ts'
export type { ForwardCounts } from '../../forward.ts'
export type { HealthView } from '../../health.ts'
export type { NotesView } from '../../lint/lint.ts'
export type { Note } from '../../lint/note.ts'
export type { Plain } from '../../otlp/value.ts'
export type { ComparedPair, Comparison } from '../../query/compare.ts'
export type { ExemplarItem } from '../../query/exemplars.ts'
export type { IngestView } from '../../query/ingest.ts'
export type { LogItem } from '../../query/logs.ts'
export type { MetricView } from '../../query/metric-series.ts'
export type { MetricItem } from '../../query/metrics.ts'
export type { Newest } from '../../query/newest.ts'
export type { Overview, RequestFigures } from '../../query/overview.ts'
export type { Page } from '../../query/page.ts'
export type { SearchKey } from '../../query/search-keys.ts'
export type { ServiceItem } from '../../query/services.ts'
export type { SpanItem, SpanParts } from '../../query/span-item.ts'
export type { TraceSpan, TraceView } from '../../query/trace.ts'
export type { TraceItem } from '../../query/trace-item.ts'

/** A distribution over time. */
export type HistogramView = NonNullable<MetricView['histogram']>
