import type { ObservabilityOptions, ReadableSpan, TracesOptions } from 'hono-observability'

export interface Seen {
  readonly name: string
  readonly parentId: string | undefined
  readonly spanId: string
  readonly traceId: string
}

export interface Recorded {
  readonly options: ObservabilityOptions
  /** What ended since the last call. */
  seen(): Seen[]
  names(): string[]
}

/** Options that record spans in memory. */
export const recorded = (more: ObservabilityOptions = {}): Recorded => {
  const ended: Seen[] = []
  const seen = (): Seen[] => ended.splice(0)
  return {
    seen,
    names: () => seen().map(({ name }) => name),
    options: {
      logs: false,
      otlp: { traces: false, metrics: false },
      ...more,
      traces: {
        processors: [
          {
            onStart: () => {},
            onEnd: (span: ReadableSpan) =>
              void ended.push({
                name: span.name,
                parentId: span.parentSpanContext?.spanId,
                spanId: span.spanContext().spanId,
                traceId: span.spanContext().traceId,
              }),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
        ...(more.traces as TracesOptions),
      },
    },
  }
}

/** What the platform's base classes do. */
export class Base {
  readonly ctx: object
  readonly env: unknown

  constructor(ctx: object, env: unknown) {
    this.ctx = ctx
    this.env = env
  }
}

export const newCtx = (): object => ({ waitUntil: () => {} })
