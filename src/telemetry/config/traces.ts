import { count, oneOf, ratio, samplerName } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import type { SpanLimits, TracesConfig } from './config.ts'
import type { SpanLimitOptions, TailOptions, TracesOptions } from './options.ts'
import { resolvePropagateTo } from './propagation.ts'

function resolveLimits(options: SpanLimitOptions | undefined, { read }: Environment): SpanLimits {
  const limit = (name: string): number | undefined =>
    read(`SPAN_${name}_LIMIT`, count) ?? read(`${name}_LIMIT`, count)
  const limits = merge(
    {
      attributeCount: limit('ATTRIBUTE_COUNT') ?? 128,
      attributeValueLength: limit('ATTRIBUTE_VALUE_LENGTH') ?? 16_384,
      eventCount: read('SPAN_EVENT_COUNT_LIMIT', count) ?? 128,
      linkCount: read('SPAN_LINK_COUNT_LIMIT', count) ?? 128,
    },
    options,
  )
  // Events and links share the limit of spans, so these variables can only agree with it.
  for (const kind of ['EVENT', 'LINK']) {
    read(`${kind}_ATTRIBUTE_COUNT_LIMIT`, oneOf(String(limits.attributeCount)))
  }
  return limits
}

/** @param logsExported Whether exceptions leave as log records, which the conventions prefer to span events. */
export function resolveTraces(
  options: TracesOptions | false | undefined,
  env: Environment,
  logsExported: boolean,
): TracesConfig {
  const { tail, limits, propagateTo, ...others } = options || {}
  const sampler = env.read('TRACES_SAMPLER', samplerName)
  return merge<TracesConfig>(
    {
      enabled: options !== false,
      sampler:
        others.ratio === undefined
          ? (sampler ?? (tail ? 'parentbased_always_off' : 'parentbased_always_on'))
          : 'parentbased_traceidratio',
      // The argument counts only beside a sampler that takes it.
      ratio: (sampler?.endsWith('ratio') ? env.read('TRACES_SAMPLER_ARG', ratio) : undefined) ?? 1,
      tail: tail && merge<TailOptions>({ errors: true }, tail),
      limits: resolveLimits(limits, env),
      processors: [],
      idGenerator: undefined,
      propagator: undefined,
      propagators: env
        .readList('PROPAGATORS', oneOf('tracecontext', 'baggage', 'none'))
        ?.filter((name) => name !== 'none') ?? ['tracecontext', 'baggage'],
      fetch: false,
      propagateTo: resolvePropagateTo(propagateTo),
      baggageOrigins: [],
      serverTiming: false,
      exceptionEvents: !logsExported,
    },
    others,
  )
}
