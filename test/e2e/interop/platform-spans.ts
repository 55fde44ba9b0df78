/** An event that workerd sent to a streaming tail Worker. */
export interface TailEvent {
  readonly invocationId: string
  readonly spanContext: { readonly traceId: string; readonly spanId?: string }
  readonly event: {
    readonly type: string
    readonly spanId: string
    readonly name: string
    readonly message: unknown
    readonly stack?: string
    readonly info: {
      readonly type: string
      readonly name: string
      readonly status: { readonly code: string; readonly message?: string }
    } & readonly { readonly name: string; readonly value: unknown }[]
  }
}

/** A span that the platform made. */
export interface PlatformSpan {
  /** That of an invocation that nobody named is its kind: `fetch`, `jsrpc`. */
  name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly attributes: Record<string, unknown>
  readonly exceptions: { name: string; message: unknown; stack: string | undefined }[]
  status: { code: string; message?: string } | undefined
  isClosed: boolean
}

/** Puts together what a streaming tail Worker was told event by event. */
export const platformSpans = (events: readonly TailEvent[]): PlatformSpan[] => {
  const spans = new Map<string, PlatformSpan>()
  for (const { spanContext, event } of events) {
    const { type, info, name, message, stack } = event
    if (type === 'onset' || type === 'spanOpen') {
      spans.set(event.spanId, {
        name: type === 'onset' ? info.type : name,
        traceId: spanContext.traceId,
        spanId: event.spanId,
        parentSpanId: spanContext.spanId,
        attributes: {},
        exceptions: [],
        status: undefined,
        isClosed: false,
      })
    }
    const span = spans.get(spanContext.spanId ?? '')
    if (!span) {
      continue
    }
    if (type === 'attributes') {
      for (const each of info) span.attributes[each.name] = each.value
    } else if (type === 'spanUpdate' && info.type === 'name') {
      span.name = info.name
    } else if (type === 'spanUpdate') {
      span.status = info.status
    } else if (type === 'exception') {
      span.exceptions.push({ name, message, stack })
    } else if (type === 'spanClose' || type === 'outcome') {
      span.isClosed = true
    }
  }
  return [...spans.values()]
}

/** Names, indented: those of telemetry's own requests left out. */
export const treeOf = (spans: readonly PlatformSpan[], root: PlatformSpan, depth = 0): string[] => [
  '  '.repeat(depth) + root.name,
  ...spans
    .filter(
      ({ parentSpanId, attributes }) =>
        parentSpanId === root.spanId &&
        !/\/v1\/(traces|metrics|logs)$/.test(String(attributes['url.full'])),
    )
    .flatMap((child) => treeOf(spans, child, depth + 1)),
]
