import type {
  Attributes,
  Exception,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
} from '@opentelemetry/api'
import { isDate, nowMs, toMs } from '../base/clock.ts'
import { cut } from '../base/cut.ts'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'
import { STATUS_ERROR, STATUS_OK, STATUS_UNSET } from '../base/otel-enums.ts'
import { exceptionAttributes, readProperty, toText } from '../base/thrown.ts'
import { BoundedAttributes } from './attributes.ts'
import type { LocalTrace } from './local-trace.ts'
import type { SpanLimits } from './options.ts'
import type { ReadableResource, ReadableSpan, TimedEvent } from './readable-span.ts'
import { plainSpanContext } from './span-context.ts'

/** Links beyond the limit, counted one by one. */
const DROPPED_LINKS_COUNTED = 10_000

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
  /** One that `withSpan` made. */
  isOfApp = false
  readonly localTrace: LocalTrace<RecordingSpan>
  readonly attributeSet: BoundedAttributes
  readonly eventList: SpanEvent[] = []
  readonly linkList: SpanLink[] = []
  readonly #context: SpanContext

  constructor(
    localTrace: LocalTrace<RecordingSpan>,
    scope: InstrumentationScope,
    name: string,
    kind: SpanKind,
    context: SpanContext,
    parent: SpanContext | undefined,
    startTime: TimeInput | undefined,
  ) {
    this.localTrace = localTrace
    this.instrumentationScope = scope
    this.name = typeof name === 'string' ? name : toText(name)
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
    const { limits } = this.localTrace.recorder
    if (this.ended) {
      return this
    }
    if (this.eventList.length >= limits.eventCount) {
      this.droppedEventsCount++
      return this
    }
    const isTime = isTimeInput(attributesOrTime)
    this.eventList.push({
      name: toText(name),
      timeMs: toMs(isTime ? attributesOrTime : time, this.localTrace.clockOffsetMs),
      attributes: new BoundedAttributes(
        limits,
        isTime ? undefined : (attributesOrTime as Attributes),
      ),
    })
    return this
  }

  addLink(link: Link): this {
    if (this.ended) {
      return this
    }
    const { limits } = this.localTrace.recorder
    // One without real ids would make the receiver refuse the whole batch.
    const kept = this.linkList.length < limits.linkCount ? readLink(link, limits) : undefined
    if (kept) {
      this.linkList.push(kept)
    } else {
      this.droppedLinksCount++
    }
    return this
  }

  addLinks(links: Link[]): this {
    try {
      for (const link of links) {
        this.addLink(link)
        // The rest is not even asked for: it may have no end.
        if (this.ended || this.droppedLinksCount > DROPPED_LINKS_COUNTED) {
          break
        }
      }
    } catch {
      this.droppedLinksCount++
    }
    return this
  }

  /** Ok is final, and Unset never overwrites: "Set Status" of the trace API specification. */
  setStatus(status: SpanStatus): this {
    const code = readProperty(status, 'code')
    if (!this.ended && (code === STATUS_OK || code === STATUS_ERROR)) {
      if (this.status.code !== STATUS_OK) {
        const message = code === STATUS_ERROR ? readProperty(status, 'message') : undefined
        this.status =
          message === undefined
            ? { code }
            : {
                code,
                message: cut(toText(message), this.localTrace.recorder.limits.attributeValueLength),
              }
      }
    }
    return this
  }

  updateName(name: string): this {
    if (!this.ended) {
      this.name = toText(name)
    }
    return this
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.addEvent(
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
    if (this.localTrace.untilRootEnds && this.localTrace.root === this) {
      for (const call of this.localTrace.untilRootEnds) {
        call()
      }
    }
    recorder.ending(this)
    this.ended = true
    recorder.ended(this)
  }

  /** For what nobody has begun, or the runtime has unseen: it is to end with the request. */
  whenRootEnds(call: () => void): () => void {
    if (this.localTrace.root?.ended) {
      // It has begun after the response, and nobody will come by again.
      call()
      return () => {}
    }
    const calls = this.localTrace.untilRootEnds ?? new Set()
    this.localTrace.untilRootEnds = calls.add(call)
    return () => calls.delete(call)
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

const readLink = (link: Link | undefined, limits: SpanLimits): SpanLink | undefined => {
  try {
    const { context, attributes } = link as Link
    const copy = plainSpanContext(context)
    return copy && { context: copy, attributes: new BoundedAttributes(limits, attributes) }
  } catch {
    return undefined
  }
}

/** The second argument of `addEvent` may be either. */
const isTimeInput = (value: unknown): value is TimeInput | undefined => {
  try {
    return typeof value !== 'object' || Array.isArray(value) || isDate(value)
  } catch {
    return true
  }
}

const toHrTime = (ms: number): HrTime => {
  const micros = Math.round(ms * 1e3)
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1e3]
}
