import type { Context as ActiveContext, Sampler, Span, TextMapPropagator } from '@opentelemetry/api'
import type { Context } from 'hono'
import {
  type Check,
  callable,
  count,
  delay,
  either,
  flag,
  having,
  oneOf,
  origin,
  ratio,
} from '../base/checks.ts'
import type { Environment } from '../base/environment.ts'
import { merge } from '../base/merge.ts'
import {
  defaultsOf,
  fieldsOf,
  type OptionTable,
  type Resolved,
  settingsOf,
} from '../base/options.ts'
import { arrayOf, group, groupOrFlag, type Schema } from '../base/schema.ts'
import type { W3CFormat } from '../context/propagator.ts'
import type { IdGenerator } from './ids.ts'
import { type PropagateTo, propagateTo, resolvePropagateTo } from './propagation.ts'
import type { ReadableSpan, SpanProcessor } from './readable-span.ts'
import { resolveUrlMatch, type UrlMatch, urlMatch } from './url-match.ts'

/** Caps on what one span may hold. What exceeds them is dropped, and the drop is counted on the span. */
export interface SpanLimitOptions {
  /** Attributes per span, event and link. Default 128. */
  attributeCount?: number
  /** Characters per string value. Default 16384. */
  attributeValueLength?: number
  /** Events per span. Default 128. */
  eventCount?: number
  /** Links per span. Default 128. */
  linkCount?: number
}

/**
 * Which finished traces are kept, decided when the request ends. A trace is kept if the sampler or any of these
 * says so; without a sampler and a ratio, only if one of these does or its caller sampled it.
 */
export interface TailOptions {
  /** Keep traces in which any span has status ERROR. Default true. */
  errors?: boolean
  /** Keep traces whose request took at least this many milliseconds. */
  slowMs?: number
  /** Keep traces this returns true for. Receives the finished request span. A throw counts as false. */
  keep?: (span: ReadableSpan) => boolean
}

/** Names of the specification's built-in samplers. */
export type SamplerName =
  | 'always_on'
  | 'always_off'
  | 'traceidratio'
  | 'parentbased_always_on'
  | 'parentbased_always_off'
  | 'parentbased_traceidratio'

/** What `middlewareSpans()` makes. Its methods are for this package and may change in any version. */
export interface MiddlewareTracing {
  /** Before anything behind the `observability` middleware runs. */
  enter(c: Context): void
  /** After all of it. */
  leave(c: Context, span: Span): void
}

/** A request to a model that is under way. */
export interface ModelCall {
  /** What it is sent in. */
  readonly context: ActiveContext
  /** Its headers are there. What is read of its body is seen. Never throws. */
  answered(response: Response): void
  /** There is no answer. Never throws. */
  fail(error: unknown): void
}

/** What `genai()` makes. Its method is for this package and may change in any version. */
export interface ModelTracing {
  /** Before a request is sent. Undefined where it asks no model. Never throws. */
  begin(url: string, method: string, init: unknown, parent: ActiveContext): ModelCall | undefined
}

/** What is recorded of requests, and of your own spans. */
export interface TracesOptions {
  /** A built-in sampler by name, or any OpenTelemetry `Sampler`. Default `parentbased_always_on`. */
  sampler?: SamplerName | Sampler
  /** Share of new traces to record, from 0 to 1. Alone, it means `parentbased_traceidratio`. */
  ratio?: number
  /** Adds a decision at the end of the request to the sampler's at its start. */
  tail?: TailOptions
  limits?: SpanLimitOptions
  /** OpenTelemetry span processors, called beside the built-in export. */
  processors?: SpanProcessor[]
  /** Makes the ids of traces and spans. Default: random. An id that is not legal is replaced by a random one. */
  idGenerator?: IdGenerator
  /** Replaces the W3C trace-context and baggage propagators. */
  propagator?: TextMapPropagator
  /** Patch the global `fetch` so that outgoing requests are client spans and carry `traceparent`. Default false. */
  fetch?: boolean
  /**
   * Requests of the patched `fetch` that are left alone, as if it were not patched: no span, no metric, no header of the
   * trace. A list of origins, patterns and regular expressions, as for `propagateTo`, or a function that returns `true`
   * for a URL (a throw counts as `false`). Default none.
   */
  fetchIgnore?: UrlMatch
  /**
   * Spans and metrics of questions to models that the patched `fetch` sends: `genai()` from `hono-observability/genai`.
   * Default none.
   */
  genai?: ModelTracing
  /**
   * Which requests of the patched `fetch` carry the trace. `'all'`: `traceparent` goes everywhere, but of `tracestate`
   * only what this service wrote, since the rest is the caller's. A list of origins (`https://api.example.com`), of
   * patterns (`https://*.example.com`, `https://example.com/v1/*`, `*` for every URL) and of regular expressions on the
   * URL without its query, or a function that returns `true` for a URL (a throw counts as `false`): both headers go
   * there whole, and neither anywhere else. Bindings always get both. Default `'all'`.
   */
  propagateTo?: PropagateTo
  /** Origins (`https://api.example.com`) that outgoing baggage may be sent to; `*` means all. Default none. */
  baggageOrigins?: string[]
  /**
   * A span for each middleware and handler of Hono that a request goes through: `middlewareSpans()` from
   * `hono-observability/middleware`. Default none.
   */
  middleware?: MiddlewareTracing
  /** Add `Server-Timing: traceparent;desc="…"` to responses. Default false. */
  serverTiming?: boolean
  /**
   * Record exceptions as span events. Default true, except for the exception of a request that leaves as a log record,
   * which the conventions prefer.
   */
  exceptionEvents?: boolean
}

export type SpanLimits = Required<SpanLimitOptions>

/** Options and environment, merged. */
export interface TracesConfig
  extends Omit<
    Resolved<
      TracesOptions,
      'sampler' | 'ratio' | 'processors' | 'fetch' | 'baggageOrigins' | 'serverTiming'
    >,
    'limits' | 'propagateTo' | 'fetchIgnore'
  > {
  enabled: boolean
  limits: SpanLimits
  /** Never throws. */
  propagateTo: 'all' | ((url: URL) => boolean)
  /** Never throws. */
  fetchIgnore: ((url: URL) => boolean) | undefined
  /** From `OTEL_PROPAGATORS`; ignored when `propagator` is set. */
  propagators: readonly W3CFormat[]
}

const samplerName: Check<SamplerName> = /* @__PURE__ */ oneOf(
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
)

export const spanLimitsTable: OptionTable<SpanLimitOptions> = {
  attributeCount: {
    of: count,
    variable: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
    default: 128,
  },
  attributeValueLength: {
    of: count,
    variable: ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'],
    default: 16_384,
  },
  eventCount: { of: count, variable: 'OTEL_SPAN_EVENT_COUNT_LIMIT', default: 128 },
  linkCount: { of: count, variable: 'OTEL_SPAN_LINK_COUNT_LIMIT', default: 128 },
}

export const tailTable: OptionTable<TailOptions> = {
  errors: { of: flag, default: true },
  slowMs: { of: delay },
  keep: { of: /* @__PURE__ */ callable() },
}

export const tracesTable = (): OptionTable<TracesOptions> => ({
  sampler: {
    of: either(samplerName, having<Sampler>('shouldSample')),
    variable: 'OTEL_TRACES_SAMPLER',
    read: samplerName,
  },
  ratio: { of: ratio, default: 1 },
  tail: { of: group<TailOptions>(fieldsOf(tailTable)) },
  limits: { of: group<SpanLimitOptions>(fieldsOf(spanLimitsTable)) },
  processors: {
    of: arrayOf(having<SpanProcessor>('onStart', 'onEnd', 'forceFlush', 'shutdown')),
    default: [],
  },
  idGenerator: { of: having<IdGenerator>('generateTraceId', 'generateSpanId') },
  propagator: { of: having<TextMapPropagator>('inject', 'extract', 'fields') },
  fetch: { of: flag, default: false },
  fetchIgnore: { of: urlMatch },
  genai: { of: having<ModelTracing>('begin') },
  propagateTo: { of: propagateTo, default: 'all' },
  baggageOrigins: { of: arrayOf(origin), default: [] },
  middleware: { of: having<MiddlewareTracing>('enter', 'leave') },
  serverTiming: { of: flag, default: false },
  exceptionEvents: { of: flag },
})

export const tracesSchema = (): Schema<TracesOptions | boolean> =>
  groupOrFlag<TracesOptions>(fieldsOf(tracesTable()))

const resolveLimits = (
  options: SpanLimitOptions | undefined,
  environment: Environment,
): SpanLimits => {
  const resolved = merge(
    defaultsOf<SpanLimitOptions, keyof SpanLimits>(spanLimitsTable, environment),
    options,
  )
  // Events and links share the limit of spans, so these variables can only agree with it.
  for (const kind of ['EVENT', 'LINK']) {
    environment.read(`OTEL_${kind}_ATTRIBUTE_COUNT_LIMIT`, oneOf(String(resolved.attributeCount)))
  }
  return resolved
}

export const resolveTraces = (
  options: TracesOptions | boolean | undefined,
  environment: Environment,
): TracesConfig => {
  const {
    tail: givenTail,
    limits: givenLimits,
    propagateTo: givenTargets,
    fetchIgnore,
    ...others
  } = settingsOf(options)
  const defaults = defaultsOf<
    TracesOptions,
    'ratio' | 'processors' | 'fetch' | 'baggageOrigins' | 'serverTiming'
  >(tracesTable(), environment)
  const sampler = defaults.sampler as SamplerName | undefined
  return merge<TracesConfig>(
    {
      ...defaults,
      enabled: options !== false,
      sampler:
        others.ratio === undefined
          ? (sampler ?? (givenTail ? 'parentbased_always_off' : 'parentbased_always_on'))
          : 'parentbased_traceidratio',
      // The argument counts only beside a sampler that takes it.
      ratio:
        (sampler?.endsWith('ratio')
          ? environment.read('OTEL_TRACES_SAMPLER_ARG', ratio)
          : undefined) ?? defaults.ratio,
      tail: givenTail && merge<TailOptions>({ errors: true }, givenTail),
      limits: resolveLimits(givenLimits, environment),
      propagators: environment
        .readList('OTEL_PROPAGATORS', oneOf('tracecontext', 'baggage', 'none'))
        ?.filter((name) => name !== 'none') ?? ['tracecontext', 'baggage'],
      propagateTo: resolvePropagateTo(givenTargets),
      fetchIgnore:
        fetchIgnore &&
        resolveUrlMatch(fetchIgnore, '`traces.fetchIgnore` failed: the request is recorded.'),
    },
    others,
  )
}
