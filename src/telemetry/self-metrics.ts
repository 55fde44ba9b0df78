import type { Attributes, BatchObservableResult, Counter } from '@opentelemetry/api'
import type { SignalName } from '../config/config.ts'
import type { CollectingMeterProvider } from '../metrics/provider.ts'
import type { SignalSource } from '../pipeline/counts.ts'
import { ATTR } from '../semconv.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'

/** What the conventions call one record of a signal. */
const NOUN: Record<SignalName, string> = {
  traces: 'span',
  metrics: 'metric_data_point',
  logs: 'log',
}

/** Reasons for a drop before any request was made. */
const BEFORE_EXPORT = ['queue_full', 'trace_too_large', 'encoding']

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Reports the pipeline by itself: "OpenTelemetry SDK metrics" of the semantic conventions. The values are brought in
 * when somebody else's metrics are collected, and never make a collection due: no telemetry about telemetry.
 */
export const observeExport = (
  provider: CollectingMeterProvider,
  sources: readonly SignalSource[],
  spansStarted: () => number,
): void => {
  const meter = provider.getMeter(SCOPE_NAME, VERSION)
  const seen = new Map<string, number>()
  /** Adds what a running total has grown by. */
  const addGrowth = (
    counter: Counter,
    key: string,
    total: number,
    attributes?: Attributes,
  ): void => {
    const growth = total - (seen.get(key) ?? 0)
    if (growth > 0) {
      seen.set(key, total)
      counter.add(growth, attributes)
    }
  }
  const started = meter.createCounter('otel.sdk.span.started', {
    unit: '{span}',
    description: 'The number of created spans.',
  })
  const instruments = sources.map((source) => {
    const noun = NOUN[source.signal]
    const unit = `{${noun === 'metric_data_point' ? 'data_point' : noun}}`
    const exported = meter.createCounter(`otel.sdk.exporter.${noun}.exported`, {
      unit,
      description: 'The number of records for which the export has finished, successfully or not.',
    })
    const isProcessed = source.signal !== 'metrics'
    return {
      source,
      exported,
      // Metrics have no processor in the conventions.
      processed: isProcessed
        ? meter.createCounter(`otel.sdk.processor.${noun}.processed`, {
            unit,
            description: 'The number of records for which the processing has finished.',
          })
        : exported,
      queueSize: isProcessed
        ? meter.createObservableUpDownCounter(`otel.sdk.processor.${noun}.queue.size`, {
            unit,
            description: 'The number of records that are not yet acknowledged or dropped.',
          })
        : undefined,
    }
  })
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records.',
    advice: { explicitBucketBoundaries: SECONDS },
  })
  const observe = (result: BatchObservableResult): void => {
    addGrowth(started, 'started', spansStarted())
    for (const { source, exported, processed, queueSize } of instruments) {
      const { signal, counts, pending } = source
      const component = { 'otel.component.type': `otlp_http_json_${NOUN[signal]}_exporter` }
      addGrowth(exported, `exported ${signal}`, counts.exported, component)
      for (const reason in counts.dropped) {
        const counter = BEFORE_EXPORT.includes(reason) ? processed : exported
        addGrowth(counter, `${reason} ${signal}`, counts.dropped[reason] ?? 0, {
          ...component,
          [ATTR.errorType]: reason,
        })
      }
      for (const { seconds, failure } of counts.durations.splice(0)) {
        duration.record(seconds, {
          ...component,
          ...(failure !== undefined && { [ATTR.errorType]: failure }),
        })
      }
      if (queueSize) {
        result.observe(queueSize, pending, component)
      }
    }
  }
  meter.addBatchObservableCallback(
    observe,
    instruments.flatMap(({ queueSize }) => queueSize ?? []),
  )
}
