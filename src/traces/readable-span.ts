import type {
  Attributes,
  Context,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'

export interface TimedEvent {
  readonly time: HrTime
  readonly name: string
  readonly attributes?: Attributes
  readonly droppedAttributesCount?: number
}

/** The SDK's description of who emits: resolved attributes only. */
export interface ReadableResource {
  readonly attributes: Attributes
  readonly asyncAttributesPending?: boolean
}

/**
 * A span that can be read, with the same shape as the OpenTelemetry SDK's `ReadableSpan`
 * (1.x names included), so that published span processors and exporters accept it.
 */
export interface ReadableSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly spanContext: () => SpanContext
  readonly parentSpanContext?: SpanContext | undefined
  /** @deprecated SDK 1.x name; read `parentSpanContext`. */
  readonly parentSpanId?: string | undefined
  readonly startTime: HrTime
  readonly endTime: HrTime
  readonly duration: HrTime
  readonly ended: boolean
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly links: Link[]
  readonly events: TimedEvent[]
  readonly resource: ReadableResource
  readonly instrumentationScope: InstrumentationScope
  /** @deprecated SDK 1.x name; read `instrumentationScope`. */
  readonly instrumentationLibrary?: InstrumentationScope
  readonly droppedAttributesCount: number
  readonly droppedEventsCount: number
  readonly droppedLinksCount: number
}

/** The SDK's `SpanProcessor`. */
export interface SpanProcessor {
  onStart(span: Span & ReadableSpan, parentContext: Context): void
  onEnding?(span: Span & ReadableSpan): void
  onEnd(span: ReadableSpan): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}
