import type { Attributes, BatchObservableResult, Counter } from '@opentelemetry/api'
import { VALUE_TYPE_INT } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import type { SignalName } from '../base/signal.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { isCircuitOpen, type SignalSource } from '../export/pipeline/counts.ts'
import type { CollectingMeterProvider } from '../metrics/provider.ts'

/** What the conventions call one record of a signal. */
const NOUN: Record<SignalName, string> = {
  traces: 'span',
  metrics: 'metric_data_point',
  logs: 'log',
}

const UNIT: Record<SignalName, string> = {
  traces: '{span}',
  metrics: '{data_point}',
  logs: '{log_record}',
}

const ATTR_SAMPLING = 'otel.span.sampling_result'
const ATTR_ORIGIN = 'otel.span.parent.origin'
const NAME = 'otel.component.name'
const TYPE = 'otel.component.type'

/** Why measurements, not records, were dropped. */
export const INSTRUMENT_LIMIT = 'instrument_limit'

/** Reasons for a drop before any request was made, and what the conventions call them. */
const BEFORE_EXPORT: Record<string, string> = {
  queue_full: 'queue_full',
  trace_too_large: 'trace_too_large',
  encoding: 'encoding',
  shutdown: 'already_shutdown',
}

const SAMPLING_RESULTS = ['DROP', 'RECORD_ONLY', 'RECORD_AND_SAMPLE']
const PARENT_ORIGINS = ['none', 'local', 'remote']

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Reports the pipeline by itself: "OpenTelemetry SDK metrics" of the semantic conventions. The values are brought in
 * when somebody else's metrics are collected, and never make a collection due: no telemetry about telemetry.
 */
export const observeExport = (
  provider: CollectingMeterProvider | undefined,
  sources: readonly SignalSource[],
  spansStarted: readonly number[],
): void => {
  const meter = provider?.getMeter(SCOPE_NAME, VERSION)
  if (!meter) {
    return
  }
  const seen = new Map<string, number>()
  /** Adds what a running total has grown by. */
  const addGrowth = (
    counter: Counter,
    what: string,
    total: number,
    attributes?: Attributes,
  ): void => {
    const key = `${what} ${attributes?.[NAME]}`
    const growth = total - (seen.get(key) ?? 0)
    if (growth > 0) {
      seen.set(key, total)
      counter.add(growth, attributes)
    }
  }
  const started = meter.createCounter('otel.sdk.span.started', {
    unit: '{span}',
    valueType: VALUE_TYPE_INT,
    description: 'The number of created spans.',
  })
  const instruments = sources.map((source) => {
    const noun = NOUN[source.signal]
    const unit = UNIT[source.signal]
    const sizes = [
      meter.createObservableUpDownCounter(`otel.sdk.exporter.${noun}.inflight`, {
        unit,
        description: 'The number of records that are being exported.',
      }),
      // Metrics have no processor in the conventions.
      ...(source.signal === 'metrics'
        ? []
        : [
            meter.createObservableUpDownCounter(`otel.sdk.processor.${noun}.queue.size`, {
              unit,
              description: 'The number of records in the queue.',
            }),
            meter.createObservableUpDownCounter(`otel.sdk.processor.${noun}.queue.capacity`, {
              unit,
              description: 'The maximum number of records the queue can hold.',
            }),
          ]),
    ] as const
    const exported = meter.createCounter(`otel.sdk.exporter.${noun}.exported`, {
      unit,
      valueType: VALUE_TYPE_INT,
      description: 'The number of records for which the export has finished, successfully or not.',
    })
    return {
      source,
      exporter: exporterOf(source),
      processor: processorOf(source),
      sizes,
      exported,
      processed: sizes[1]
        ? meter.createCounter(`otel.sdk.processor.${noun}.processed`, {
            unit,
            valueType: VALUE_TYPE_INT,
            description: 'The number of records for which the processing has finished.',
          })
        : undefined,
    }
  })
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records.',
    advice: { explicitBucketBoundaries: SECONDS },
  })
  const circuit = meter.createObservableGauge('hono.otlp.circuit.open', {
    description: '1 while the receiver is away.',
  })
  const stored = (['spilled', 'restored'] as const).map(
    (name) => [name, meter.createCounter(`hono.otlp.${name}`, { unit: '{record}' })] as const,
  )
  const observe = (result: BatchObservableResult): void => {
    spansStarted.forEach((count, index) => {
      addGrowth(started, `started ${index}`, count, {
        [ATTR_SAMPLING]: SAMPLING_RESULTS[Math.trunc(index / 3)],
        [ATTR_ORIGIN]: PARENT_ORIGINS[index % 3],
      })
    })
    for (const { source, exporter, processor, exported, processed, sizes } of instruments) {
      const { counts, pending, queued = 0, capacity = 0 } = source
      addGrowth(exported, 'exported', counts.exported, exporter)
      for (const [name, counter] of stored) {
        addGrowth(counter, name, counts[name], exporter)
      }
      result.observe(circuit, Number(isCircuitOpen(counts)), exporter)
      let early = 0
      for (const reason in counts.dropped) {
        const count = counts.dropped[reason] ?? 0
        const type = BEFORE_EXPORT[reason]
        if (type !== undefined && processed) {
          early += reason === 'trace_too_large' ? 0 : count
          addGrowth(processed, reason, count, { ...processor, [ATTR.errorType]: type })
        } else if (reason !== INSTRUMENT_LIMIT) {
          addGrowth(exported, reason, count, { ...exporter, [ATTR.errorType]: type ?? reason })
        }
      }
      if (processed) {
        addGrowth(processed, 'processed', counts.recorded - queued - early, processor)
      }
      for (const { seconds, failure } of counts.durations.splice(0)) {
        duration.record(seconds, {
          ...exporter,
          ...(failure !== undefined && { [ATTR.errorType]: failure }),
        })
      }
      const [inflight, size, most] = sizes
      result.observe(inflight, pending - queued, exporter)
      if (size && most) {
        result.observe(size, queued, processor)
        result.observe(most, capacity, processor)
      }
    }
  }
  meter.addBatchObservableCallback(observe, [
    circuit,
    ...instruments.flatMap(({ sizes }) => [...sizes]),
  ])
}

/** What tells one processor from the others. */
const processorOf = ({ signal, destination }: SignalSource): Attributes => {
  const type = `batching_${NOUN[signal]}_processor`
  return { [TYPE]: type, [NAME]: `${type}/${destination ?? 0}` }
}

/** What tells one exporter from the others, per the conventions. */
const exporterOf = ({ exporter: { attributes }, destination }: SignalSource): Attributes => ({
  ...attributes,
  [NAME]: `${attributes[TYPE]}/${destination ?? 0}`,
})
