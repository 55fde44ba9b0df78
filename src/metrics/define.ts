import type { Attributes, Context, Gauge } from '@opentelemetry/api'
import { errorType } from '../base/thrown.ts'
import { activeContext } from '../context/async-context.ts'
import { watch } from '../context/results/watch.ts'
import { Watcher } from '../context/results/watcher.ts'
import { checkDefinition } from './check-definition.ts'
import type {
  AttributeRules,
  DefinedCounter,
  DefinedGauge,
  DefinedHistogram,
  HistogramDefinition,
  MetricDefinition,
} from './definition.ts'
import { lazily, lazyAdding, lazyHistogram, lazyRecording } from './lazy.ts'

type NoRules = Record<never, never>

/**
 * Defines a metric that only grows. May be called at module scope: the instrument is made by the
 * global meter provider at its first use. Recording never throws.
 *
 * @throws TypeError when `name` or `definition` is not what it should be.
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
export const counter = <const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedCounter<Rules> => {
  checkDefinition('counter', name, definition)
  return lazyAdding(definition, (meter, options) => meter.createCounter(name, options))
}

/** Defines a metric that grows and shrinks, such as items in a queue. See {@link counter}. */
export const upDownCounter = <const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedCounter<Rules> => {
  checkDefinition('upDownCounter', name, definition)
  return lazyAdding(definition, (meter, options) => meter.createUpDownCounter(name, options))
}

/** Defines a metric of which the last value counts, such as a temperature. See {@link counter}. */
export const gauge = <const Rules extends AttributeRules = NoRules>(
  name: string,
  definition: MetricDefinition<Rules>,
): DefinedGauge<Rules> => {
  checkDefinition('gauge', name, definition)
  return lazyRecording(
    lazily(definition, (meter, options): Gauge => meter.createGauge(name, options)),
  )
}

/** Defines a distribution, such as latencies or sizes. See {@link counter}. */
export const histogram = <
  const Rules extends AttributeRules = NoRules,
  const Unit extends string = string,
>(
  name: string,
  definition: HistogramDefinition<Rules, Unit>,
): DefinedHistogram<Rules, Unit> => {
  checkDefinition('histogram', name, definition)
  const { unit } = definition
  const { record } = lazyHistogram(name, definition)

  const time = <Result>(fn: () => Result, attributes?: Attributes): Result => {
    if (typeof fn !== 'function') {
      throw new TypeError(`Cannot time ${name}: \`fn\` must be a function, received ${typeof fn}`)
    }
    const startMs = performance.now()
    const stop = (failure?: Attributes): void =>
      record((performance.now() - startMs) / (unit === 's' ? 1000 : 1), {
        ...attributes,
        ...failure,
      })
    const watcher = new Stopwatch(activeContext(), stop)
    let result: Result
    try {
      result = fn()
    } catch (error) {
      watcher.fail(error)
      throw error
    }
    watch(result, watcher)
    return result
  }

  return { record, time } as DefinedHistogram<Rules, Unit>
}

class Stopwatch extends Watcher {
  readonly #stop: (failure?: Attributes) => void

  constructor(context: Context, stop: (failure?: Attributes) => void) {
    super(context)
    this.#stop = stop
  }

  protected ended(): void {
    this.#stop()
  }

  protected failed(error: unknown): void {
    this.#stop({ 'error.type': errorType(error, '_OTHER') })
  }
}
