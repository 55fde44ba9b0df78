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
  /** Spans that this one goes back to without being their child: who sent the messages of a batch. */
  links: readonly SpanLink[]
  /** `type: message` of every exception event. */
  exceptions: readonly string[]
}

/** A span of this trace or another. */
export interface SpanLink {
  traceId: string
  spanId: string
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** A server span's request, however the trace began, or the cron trigger that a span ran for. */
export function requestOf(span: ReceivedSpan): string | undefined {
  if (span.attributes.get('faas.trigger') === 'timer') return span.name
  if (span.kind !== 'server') return undefined
  const method = span.attributes.get('http.request.method')
  return `${method} ${span.attributes.get('url.path')} ${span.attributes.get('http.response.status_code')}`
}

/** Whether a span's work goes on elsewhere, later: in the consumer of a queue, or in a Workflow. */
export function isHandedOn({ kind, attributes }: ReceivedSpan): boolean {
  return kind === 'producer' || attributes.get('cloudflare.workflow.operation') === 'create'
}
