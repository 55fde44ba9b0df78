/** One span as it arrived, reduced to what a waterfall shows. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  /** Empty for the first span of a trace. */
  parentSpanId: string
  /** The parent belongs to another service, which need not report here. */
  remoteParent: boolean
  name: string
  kind: SpanKind
  service: string
  startNano: bigint
  endNano: bigint
  failed: boolean
  statusMessage: string
  attributes: ReadonlyMap<string, string>
  /** `type: message` of every exception event. */
  exceptions: readonly string[]
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** A server span's request, however the trace began. */
export function requestOf(span: ReceivedSpan): string | undefined {
  if (span.kind !== 'server') return undefined
  const method = span.attributes.get('http.request.method')
  return `${method} ${span.attributes.get('url.path')} ${span.attributes.get('http.response.status_code')}`
}
