import {
  type Attributes,
  type Exception,
  type HrTime,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api'
import { cut } from '../cut.ts'
import { STATUS_ERROR, STATUS_OK, STATUS_UNSET } from '../otel-enums.ts'
import { exceptionAttributes } from '../thrown.ts'
import { BoundedAttributes } from './attributes.ts'
import { nowMs, toMs } from './clock.ts'
import type { LocalTrace } from './local-trace.ts'
import type {
  InstrumentationScope,
  ReadableResource,
  ReadableSpan,
  TimedEvent,
} from './readable-span.ts'

/** An event as it is kept: encoded only when it is sent. */
export interface SpanEvent {
  name: string
  timeMs: number
  attributes: BoundedAttributes
}

export interface SpanLink {
  context: SpanContext
  attributes: BoundedAttributes
}

/**
 * A span that is recorded. Plain data and times in milliseconds; the SDK's shape is offered by getters,
 * so that only those who read it pay for it. Nothing it is asked after `end()` changes it.
 */
export class RecordingSpan implements Span, ReadableSpan {
  name: string
  readonly kind: SpanKind
  readonly instrumentationScope: InstrumentationScope
  readonly parentSpanContext: SpanContext | undefined
  readonly startMs: number
  endMs = 0
  status: SpanStatus = { code: STATUS_UNSET }
  ended = false
  droppedEventsCount = 0
  droppedLinksCount = 0
  readonly localTrace: LocalTrace
  readonly attributeSet: BoundedAttributes
  readonly eventList: SpanEvent[] = []
  readonly linkList: SpanLink[] = []
  readonly #context: SpanContext

  constructor(
    localTrace: LocalTrace,
    scope: InstrumentationScope,
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    startTime: TimeInput | undefined,
  ) {
    this.localTrace = localTrace
    this.instrumentationScope = scope
    this.name = name
    this.kind = kind
    this.#context = context
    this.parentSpanContext = parent
    this.startMs = toMs(startTime, localTrace.clockOffsetMs)
    this.attributeSet = new BoundedAttributes(localTrace.recorder.limits)
  }

  spanContext(): SpanContext {
    return this.#context
  }

  isRecording(): boolean {
    return !this.ended
  }

  setAttribute(key: string, value: unknown): this {
    if (!this.ended) {
      this.attributeSet.set(key, value)
    }
    return this
  }

  setAttributes(attributes: Attributes): this {
    if (!this.ended) {
      this.attributeSet.setAll(attributes)
    }
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const isTime =
      typeof attributesOrTime !== 'object' ||
      Array.isArray(attributesOrTime) ||
      attributesOrTime instanceof Date
    return this.#addEvent(
      name,
      isTime ? undefined : (attributesOrTime as Attributes),
      isTime ? (attributesOrTime as TimeInput | undefined) : time,
    )
  }

  #addEvent(name: string, attributes: Attributes | undefined, time: TimeInput | undefined): this {
    const { limits } = this.localTrace.recorder
    if (this.ended) {
      return this
    }
    if (this.eventList.length >= limits.eventCount) {
      this.droppedEventsCount++
    } else {
      this.eventList.push({
        name: String(name),
        timeMs: toMs(time, this.localTrace.clockOffsetMs),
        attributes: new BoundedAttributes(limits, attributes),
      })
    }
    return this
  }

  addLink(link: Link): this {
    const { limits } = this.localTrace.recorder
    if (this.ended) {
      return this
    }
    // One without real ids would make the receiver refuse the whole batch.
    if (this.linkList.length >= limits.linkCount || !isLinkable(link)) {
      this.droppedLinksCount++
    } else {
      this.linkList.push({
        context: link.context,
        attributes: new BoundedAttributes(limits, link.attributes),
      })
    }
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) {
      this.addLink(link)
    }
    return this
  }

  /** Ok is final, and Unset never overwrites: "Set Status" of the trace API specification. */
  setStatus(status: SpanStatus): this {
    if (!this.ended && status.code !== STATUS_UNSET && this.status.code !== STATUS_OK) {
      const { code, message } = status
      this.status =
        code === STATUS_ERROR && message !== undefined
          ? {
              code,
              message: cut(String(message), this.localTrace.recorder.limits.attributeValueLength),
            }
          : { code }
    }
    return this
  }

  updateName(name: string): this {
    if (!this.ended) {
      this.name = String(name)
    }
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.#addEvent(
      'exception',
      exceptionAttributes(exception, this.localTrace.recorder.redact),
      time,
    )
  }

  end(endTime?: TimeInput): void {
    if (this.ended) {
      return
    }
    const { clockOffsetMs, recorder } = this.localTrace
    const endMs = endTime === undefined ? nowMs(clockOffsetMs) : toMs(endTime, clockOffsetMs)
    this.endMs = Math.max(endMs, this.startMs)
    recorder.ending(this)
    this.ended = true
    recorder.ended(this)
  }

  get attributes(): Attributes {
    return this.attributeSet.values
  }

  get droppedAttributesCount(): number {
    return this.attributeSet.dropped
  }

  get events(): TimedEvent[] {
    return this.eventList.map(({ name, timeMs, attributes }) => ({
      name,
      time: toHrTime(timeMs),
      attributes: attributes.values,
      droppedAttributesCount: attributes.dropped,
    }))
  }

  get links(): Link[] {
    return this.linkList.map(({ context, attributes }) => ({
      context,
      attributes: attributes.values,
      droppedAttributesCount: attributes.dropped,
    }))
  }

  get startTime(): HrTime {
    return toHrTime(this.startMs)
  }

  get endTime(): HrTime {
    return toHrTime(this.endMs)
  }

  get duration(): HrTime {
    return toHrTime(this.ended ? this.endMs - this.startMs : 0)
  }

  get resource(): ReadableResource {
    return this.localTrace.recorder.resource
  }

  get parentSpanId(): string | undefined {
    return this.parentSpanContext?.spanId
  }

  get instrumentationLibrary(): InstrumentationScope {
    return this.instrumentationScope
  }
}

const isLinkable = (link: Link | undefined): link is Link =>
  !!link?.context && isSpanContextValid(link.context)

const toHrTime = (ms: number): HrTime => {
  const micros = Math.round(ms * 1e3)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1e3]
}
