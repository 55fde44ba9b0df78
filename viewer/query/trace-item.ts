import type { TraceSummary } from '../store/trace-summary.ts'

/** Kinds of spans by their numbers. */
export const KINDS = ['unset', 'internal', 'server', 'client', 'producer', 'consumer'] as const

/** A kind's name. */
export type SpanKind = (typeof KINDS)[number]

/** A trace in a list. */
export interface TraceItem {
  traceId: string
  /** Of the root. */
  name: string
  service: string
  kind: SpanKind
  method: string | null
  route: string | null
  httpStatus: number | null
  /** Milliseconds since 1970, with fractions. */
  startMs: number
  /** From the first start to the last end. */
  durationMs: number
  spans: number
  errors: number
  services: { name: string; spans: number }[]
  /** No span without a parent has arrived. */
  rootMissing: boolean
  receivedMs: number
}

/** What the API says of a trace in a list. */
export function traceItem(summary: TraceSummary): TraceItem {
  const { root, startUs, endUs, services } = summary
  return {
    traceId: summary.traceId,
    name: root.name,
    service: root.service,
    kind: KINDS[root.kind] ?? 'unset',
    method: root.method || null,
    route: root.route || null,
    httpStatus: root.statusCode || null,
    startMs: startUs / 1000,
    durationMs: Math.max(0, endUs - startUs) / 1000,
    spans: summary.spans,
    errors: summary.errors,
    services: Object.entries(services).map(([name, spans]) => ({ name, spans })),
    rootMissing: summary.rootRank < 2,
    receivedMs: summary.receivedMs,
  }
}
