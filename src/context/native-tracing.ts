import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanStatus,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import { STATUS_ERROR } from '../base/otel-enums.ts'
import { warnOnce } from '../base/warn.ts'
import { activeContext, wrapContexts } from './async-context.ts'

/** `ctx.tracing` of Workers, as of workerd 1.20261117. What is known of it is in this file, and nowhere else. */
interface Tracing {
  getActiveSpan(): PlatformSpan | undefined
  startSpan(name: string): PlatformSpan
  withActiveSpan<T>(span: PlatformSpan, fn: () => T): T
}

interface PlatformSpan {
  /** False when tracing is off, or this request is not sampled: the methods are there all the same. */
  readonly isTraced: boolean
  /** All zero when it is not traced. */
  spanContext(): SpanContext
  /** Leaves out what is undefined. */
  setAttributes(attributes: Attributes): unknown
  updateName(name: string): unknown
  setStatus(status: { code: string; message: string | undefined }): unknown
  recordException(exception: { name: unknown; message: unknown; stack: unknown }): unknown
  end(): unknown
}

/** What is told of one of our spans. */
interface EndedSpan {
  readonly name: string
  readonly status: SpanStatus
  readonly attributes: Attributes
  readonly eventList: readonly { readonly attributes: { readonly values: Attributes } }[]
}

/** An invocation whose spans are the platform's: each of ours stands for one of them, and tells it all at its end. */
export interface NativeTrace {
  readonly tracing: Tracing
  /** The platform's own, which it ends; none within another one's handling. */
  readonly root: PlatformSpan | undefined
  /** Where the platform's trace is another one: sent on as it came, so that who receives it has a tree without a gap. */
  readonly caller: SpanContext | undefined
}

/** By what stands for them. */
export const platformSpans: WeakMap<object, PlatformSpan> = /* @__PURE__ */ new WeakMap<
  object,
  PlatformSpan
>()

const platformSpanOf = (span: object | undefined): PlatformSpan | undefined =>
  platformSpans.get(span as object)

const activeSpan = (): Span | undefined => trace.getSpan(activeContext())

/** The platform's part in a span's trace; undefined when the trace is ours. */
export const nativeTraceOf = (span: Span | undefined): NativeTrace | undefined =>
  (span as { localTrace?: { native?: NativeTrace | undefined } } | undefined)?.localTrace?.native

/**
 * Finds the platform's span of this invocation, to be enriched instead of adding one. Undefined when spans are to be
 * ours.
 *
 * @param mode Whether it is asked for, or only where the platform traces.
 * @param parent Holds the caller's span.
 */
export const openNative = (
  mode: 'on' | 'auto',
  executionCtx: unknown,
  parent: Context,
): { native: NativeTrace; root: true } | undefined => {
  try {
    const tracing = tracingOf(executionCtx)
    const active = tracing?.withActiveSpan && tracing.getActiveSpan()
    if (active && (mode === 'on' || active.isTraced)) {
      const from = trace.getSpanContext(parent)
      const caller = active.spanContext().traceId === from?.traceId ? undefined : from
      const root = nativeTraceOf(activeSpan()) ? undefined : active
      active.setAttributes({ [HONO_ATTR.callerTraceId]: caller?.traceId })
      return { native: { tracing: tracing as Tracing, root, caller }, root: true }
    }
  } catch {
    // As good as none.
  }
  if (mode === 'on') {
    warnOnce('`native` has no effect: this runtime does not let its tracing be used.')
  }
  return undefined
}

interface TracingHolder {
  tracing?: Tracing
  process?: { getBuiltinModule?(name: string): TracingHolder | undefined }
}

/** A Durable Object's `ctx` has none. An `import` would keep the app from loading elsewhere. */
const tracingOf = (executionCtx: unknown): Tracing | undefined =>
  (executionCtx as TracingHolder | undefined)?.tracing ??
  (globalThis as TracingHolder).process?.getBuiltinModule?.('cloudflare:workers')?.tracing

/** The platform's span that a new one of ours is to stand for. Undefined in another invocation, where its objects throw. */
export const startNative = (
  { tracing, root }: NativeTrace,
  name: string,
  parent: Span | undefined,
): PlatformSpan | undefined =>
  (!parent && root) || guard(within(parent, () => tracing.startSpan(name)))

/** Where the platform does not reveal its ids, the caller's serve as well. */
export const nativeIds = (
  platform: PlatformSpan | undefined,
  caller: SpanContext | undefined,
): SpanContext | undefined => {
  const ids = platform?.spanContext()
  return ids && trace.isSpanContextValid(ids) ? ids : caller
}

/** Tells the platform what it does not know of a span that has ended. It has no place for links and other events. */
export const endNative = (span: EndedSpan, { root }: NativeTrace): void => {
  guard(() => {
    const platform = platformSpanOf(span) as PlatformSpan
    const { code, message } = span.status
    platform.updateName(span.name)
    guard(() => platform.setAttributes(span.attributes))
    if (code) {
      platform.setStatus({ code: code === STATUS_ERROR ? 'error' : 'ok', message })
    }
    for (const { attributes } of span.eventList) {
      const {
        'exception.type': name,
        'exception.message': message,
        'exception.stacktrace': stack,
      } = attributes.values
      if (name) {
        platform.recordException({ name, message, stack })
      }
    }
    if (platform !== root) {
      platform.end()
    }
  })
}

/** `fn` with this span active for the platform too, unless it is: what the app has begun by itself since is closer. */
const within = <T>(span: Span | undefined, fn: () => T): (() => T) => {
  const platform = platformSpanOf(span)
  return platform && platform !== platformSpanOf(activeSpan()) && guard(() => platform.isTraced)
    ? () => (nativeTraceOf(span) as NativeTrace).tracing.withActiveSpan(platform, fn)
    : fn
}

/** Makes what is active active for the platform as well. */
export const followContexts = (): void =>
  wrapContexts((context, fn) => within(trace.getSpan(context), fn))

/** What is sent on below a span. */
export const outbound = (span: Span | undefined): SpanContext | undefined =>
  nativeTraceOf(span)?.caller ?? span?.spanContext()

const UNNAMED = /^(AI|Email|Pipeline|RateLimit|Vectorize|Workflow)$/

/** Whether the platform has a span of its own for this kind of binding, and not just for the request underneath. */
export const isNamedByPlatform = (bindingType: unknown): boolean =>
  !UNNAMED.test(String(bindingType))
