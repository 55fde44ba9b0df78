import { type Attributes, type Context, type SpanContext, trace } from '@opentelemetry/api'
import { FLAG_SAMPLED } from '../base/otel-enums.ts'
import { activeContext } from '../context/async-context.ts'
import type { Series } from './aggregation.ts'
import { attributeEntries } from './attribute-set.ts'
import type { Exemplar } from './data.ts'
import type { Settings } from './settings.ts'
import type { StreamConfig } from './stream-config.ts'

/** Offers measurements to the reservoirs of one stream. Never throws, whatever a reservoir does. */
export interface ExemplarSampler {
  /** Whether to keep the measurement being made. Apart from `keep`, so that most cost no allocation. */
  wants(series: Series, bucket: number, context: Context | undefined): boolean
  /** Keeps the measurement, right after `wants` said so. */
  keep(series: Series, bucket: number, value: number, attributes: Attributes | undefined): void
  collect(series: Series): readonly Exemplar[] | undefined
}

/** The sampler of a stream, or undefined if no exemplars are wanted. */
export const createSampler = (
  { name, aggregation, reservoir = aggregation.reservoir }: StreamConfig,
  { exemplars, now, warn }: Settings,
): ExemplarSampler | undefined => {
  const failed = (error: unknown): undefined => warn(name, 'exemplar reservoir failed:', error)
  let span: SpanContext | undefined
  if (exemplars === 'always_off') {
    return undefined
  }
  return {
    wants(series, bucket, context) {
      try {
        if (series.reservoir?.wants(bucket) === false) {
          return false
        }
        span = trace.getSpanContext(context ?? activeContext())
        return exemplars === 'always_on' || (!!span && (span.traceFlags & FLAG_SAMPLED) > 0)
      } catch (error) {
        failed(error)
        return false
      }
    },
    keep(series, bucket, value, attributes) {
      // All that the series does not say.
      const lost = attributeEntries(attributes, (key) => !Object.hasOwn(series.attributes, key))
      try {
        series.reservoir ??= reservoir()
        series.reservoir.keep(
          {
            timeMs: now(),
            value,
            ...(span &&
              trace.isSpanContextValid(span) && { traceId: span.traceId, spanId: span.spanId }),
            ...(lost.length > 0 && { attributes: Object.fromEntries(lost) }),
          },
          bucket,
        )
      } catch (error) {
        failed(error)
      }
    },
    collect(series) {
      try {
        return series.reservoir?.collect()
      } catch (error) {
        return failed(error)
      }
    },
  }
}
