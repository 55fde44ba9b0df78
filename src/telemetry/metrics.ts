import type { Attributes, Counter } from '@opentelemetry/api'
import { VALUE_TYPE_INT } from '../base/otel-enums.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { AggregatorSender } from '../export/aggregator/client.ts'
import { AggregatorCollector } from '../export/aggregator/collector.ts'
import { shardOf } from '../export/aggregator/shard.ts'
import { countPoints, splitPoints } from '../export/otlp/split-points.ts'
import type { Collector } from '../export/pipeline/collector.ts'
import { isCircuitOpen, type SignalSource } from '../export/pipeline/counts.ts'
import type { SignalQueue } from '../export/pipeline/signal-queue.ts'
import type { MetricData } from '../metrics/data.ts'
import type { MetricsConfig } from '../metrics/options.ts'
import { type CollectingMeterProvider, createMeterProvider } from '../metrics/provider.ts'
import type { MetricReader } from '../metrics/reader.ts'
import type { Config } from './config/config.ts'
import { createQueues } from './queues.ts'
import { INSTRUMENT_LIMIT } from './self-metrics.ts'

/** Estimated bytes of one point, for the queue's cap. */
const POINT_BYTES = 400

export interface MetricSignal {
  readonly provider: CollectingMeterProvider
  /** To read from memory: of the first destination, or of none. */
  readonly reader: MetricReader
  /** None when metrics are only read from memory, by a scraper. */
  readonly collectors: readonly Collector[]
  /** None when they do not leave by OTLP. */
  readonly queues: readonly SignalQueue<readonly MetricData[]>[]
  readonly sources: readonly SignalSource[]
}

/** Metrics, from instruments to queue; undefined when they are off. */
export const createMetricSignal = (
  config: Config,
  attributes: Attributes,
  cf: unknown,
  recorded: () => void,
  prepare: () => void,
): MetricSignal | undefined => {
  const { metrics } = config
  if (!metrics || config.disabled) {
    return undefined
  }
  let signal: MetricSignal | undefined
  const provider = createMeterProvider({
    ...metrics,
    recorded,
    prepare,
    ignored(metric) {
      for (const { counts } of signal?.sources ?? []) {
        counts.dropped[INSTRUMENT_LIMIT] = (counts.dropped[INSTRUMENT_LIMIT] ?? 0) + 1
      }
      countIgnored(provider).add(1, { metric })
    },
  })
  signal = connect(provider, config, metrics, attributes, cf)
  return signal
}

const countIgnored = (provider: CollectingMeterProvider): Counter =>
  provider.getMeter(SCOPE_NAME, VERSION).createCounter('hono.metrics.ignored', {
    unit: '{measurement}',
    valueType: VALUE_TYPE_INT,
    description: 'Measurements made with instruments beyond the limit, by the name of the metric.',
  })

const connect = (
  provider: CollectingMeterProvider,
  config: Config,
  metrics: MetricsConfig,
  attributes: Attributes,
  cf: unknown,
): MetricSignal => {
  const addReader = (): MetricReader => provider.addReader(metrics.temporality)
  if (metrics.temporality === 'aggregator') {
    const { binding, shard } = metrics
    const sender = new AggregatorSender({
      instance: String(attributes['service.instance.id']),
      startMs: Date.now(),
      // The totals are of all isolates, and so is their resource.
      resource: config.resource,
      binding,
    })
    const reader = addReader()
    const name = shardOf(cf, shard)
    const collector = new AggregatorCollector(reader, sender, name, metrics.intervalMs ?? 0)
    return { provider, reader, collectors: [collector], queues: [], sources: [collector] }
  }
  const queues = createQueues<readonly MetricData[]>(config, 'metrics', attributes, {
    encode: (encoding, collections, resource) =>
      encoding.encodeMetrics(resource, collections.flat()),
    countOf: countPoints,
    split: (collections, maxPoints) =>
      splitPoints(collections.flat(), maxPoints).map((metrics) => [metrics]),
    // Two collections in one request would be two points of a series with one name.
    maxBatchSize: 1,
    // What may have arrived must not be counted twice.
    retryAmbiguous: metrics.temporality === 'cumulative',
  })
  // A reader each: what one destination has not taken yet is none of another's business.
  const readers = queues.map(addReader)
  return {
    provider,
    reader: readers[0] ?? addReader(),
    collectors: queues.map(
      (queue, index) =>
        new QueueCollector(
          readers[index] as MetricReader,
          queue,
          metrics.intervalMs,
          metrics.temporality === 'delta',
        ),
    ),
    queues,
    sources: queues,
  }
}

/** Moves what instruments have summed up into the queue, unless that still holds what was collected before. */
class QueueCollector implements Collector {
  readonly destination: number | undefined
  readonly #reader: MetricReader
  readonly #queue: SignalQueue<readonly MetricData[]>
  readonly #intervalMs: number | undefined
  readonly #isDelta: boolean
  #nextMs: number

  constructor(
    reader: MetricReader,
    queue: SignalQueue<readonly MetricData[]>,
    intervalMs: number | undefined,
    isDelta: boolean,
  ) {
    this.#reader = reader
    this.#queue = queue
    this.destination = queue.destination
    this.#intervalMs = intervalMs
    this.#isDelta = isDelta
    this.#nextMs = Date.now() + (intervalMs ?? 0)
  }

  get dueMs(): number | undefined {
    // What is not collected stays in the instruments, where it takes no more room however long it waits.
    if (this.#queue.dueMs !== undefined) {
      return undefined
    }
    // A time further away is that of a clock that was ahead.
    const nextMs = Math.min(this.#nextMs, Date.now() + (this.#intervalMs ?? 0))
    return this.#intervalMs !== undefined || this.#reader.pending
      ? Math.max(nextMs, this.#queue.notBeforeMs)
      : undefined
  }

  get isAway(): boolean {
    return this.#queue.isAway
  }

  get leaveMs(): number | undefined {
    // Whoever leaves takes it along: there may be no other.
    return this.#queue.dueMs === undefined && this.#reader.pending
      ? this.#queue.notBeforeMs
      : this.dueMs
  }

  async collect(): Promise<void> {
    const nowMs = Date.now()
    // Deltas that may have arrived are not sent again: to a receiver that is away goes a request with none to lose.
    const isProbe = this.#isDelta && isCircuitOpen(this.#queue.counts)
    this.#nextMs = isProbe ? nowMs : nowMs + (this.#intervalMs ?? 0)
    const metrics = isProbe ? [] : await this.#reader.collect(nowMs)
    const points = countPoints(metrics)
    if (points > 0 || isProbe) {
      this.#queue.add(metrics, points * POINT_BYTES)
    }
  }
}
