import type { Attributes, Gauge } from '@opentelemetry/api'
import { isThenable } from '../thenable.ts'
import { errorType } from '../thrown.ts'
import type {
  AttributeRules,
  DefinedCounter,
  DefinedGauge,
  DefinedHistogram,
  HistogramDefinition,
  MetricDefinition,
} from './definition.ts'
import { lazily, lazyAdding, lazyHistogram } from './lazy.ts'

type NoRules = Record<never, never>

/**
 * Defines a metric that only grows. May be called at module scope: the instrument is made by the
 * global meter provider at its first use.
 *
 * @example
 * import { counter } from 'hono-observability'
 *
 * const orders = counter('shop.orders', {
 *   unit: '{order}',
 *   description: 'Orders placed.',
 *   attributes: { 'payment.method': ['card', 'invoice'] },
 * })
 * orders.add(1, { 'payment.method': 'card' })
 */
export function counter<const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedCounter<Rules> {
  return lazyAdding(definition, (meter, options) => meter.createCounter(name, options))
}

/** Defines a metric that grows and shrinks, such as items in a queue. See {@link counter}. */
export function upDownCounter<const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedCounter<Rules> {
  return lazyAdding(definition, (meter, options) => meter.createUpDownCounter(name, options))
}

/** Defines a metric of which the last value counts, such as a temperature. See {@link counter}. */
export function gauge<const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedGauge<Rules> {
  const instrument = lazily(definition, (meter, options): Gauge => meter.createGauge(name, options))
  return { record: (value, attributes?: Attributes) => instrument().record(value, attributes) }
}

/** Defines a distribution, such as latencies or sizes. See {@link counter}. */
export function histogram<
  const Rules extends AttributeRules = NoRules,
  const Unit extends string = string,
>(name: string, definition: HistogramDefinition<Rules, Unit>): DefinedHistogram<Rules, Unit> {
  const { unit } = definition
  const { record } = lazyHistogram(name, definition)

  const time = <Result>(fn: () => Result, attributes?: Attributes): Result => {
    const startMs = performance.now()
    const stop = (failure?: Attributes): void =>
      record((performance.now() - startMs) / (unit === 's' ? 1000 : 1), {
        ...attributes,
        ...failure,
      })
    const fail = (error: unknown): never => {
      stop({ 'error.type': errorType(error, '_OTHER') })
      throw error
    }
    const succeed = <T>(value: T): T => {
      stop()
      return value
    }
    let result: Result
    try {
      result = fn()
    } catch (error) {
      return fail(error)
    }
    return isThenable(result) ? (result.then(succeed, fail) as Result) : succeed(result)
  }

  return { record, time } as DefinedHistogram<Rules, Unit>
}
