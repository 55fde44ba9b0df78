import type {
  Attributes,
  Counter,
  Histogram,
  Meter,
  MetricOptions,
  UpDownCounter,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { VALUE_TYPE_DOUBLE, VALUE_TYPE_INT } from '../base/otel-enums.ts'
import type { AttributeRules, HistogramDefinition, MetricDefinition } from './definition.ts'
import { follow } from './early.ts'
import { SECONDS } from './seconds.ts'

/**
 * The instrument of the provider that is registered now. The API has no meter that waits for a
 * provider, and on Workers there is none before the first request.
 */
export const lazily = <Instrument>(
  definition: MetricDefinition<AttributeRules>,
  create: (meter: Meter, options: MetricOptions) => Instrument,
): (() => Instrument) => {
  const { unit, description, integer, meter = 'app' } = definition
  const options: MetricOptions = {
    unit,
    description,
    valueType: integer ? VALUE_TYPE_INT : VALUE_TYPE_DOUBLE,
  }
  return follow((provider) => {
    const made = provider.getMeter(meter)
    try {
      return create(made, options)
    } catch {
      // Deno's own meter makes nothing of integers.
      return create(made, { ...options, valueType: VALUE_TYPE_DOUBLE })
    }
  })
}

/** A counter, or one that also shrinks, made at its first use. */
export const lazyAdding = (
  definition: MetricDefinition<AttributeRules>,
  create: (meter: Meter, options: MetricOptions) => Counter | UpDownCounter,
): Pick<Counter, 'add'> => {
  const instrument = lazily(definition, create)
  return {
    add: (value, attributes?: Attributes) => guard(() => instrument().add(value, attributes)),
  }
}

/** A distribution, made at its first use. */
export const lazyHistogram = (
  name: string,
  definition: HistogramDefinition<AttributeRules, string>,
): Pick<Histogram, 'record'> => {
  const { unit, boundaries = unit === 's' ? SECONDS : undefined } = definition
  const instrument = lazily(definition, (meter, options) =>
    meter.createHistogram(name, {
      ...options,
      ...(boundaries && { advice: { explicitBucketBoundaries: [...boundaries] } }),
    }),
  )
  return lazyRecording(instrument)
}

/** What is told of values through an instrument that may be another library's. */
export const lazyRecording = (
  instrument: () => Pick<Histogram, 'record'>,
): Pick<Histogram, 'record'> => ({
  record: (value, attributes?: Attributes) => guard(() => instrument().record(value, attributes)),
})
