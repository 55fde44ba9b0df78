import type { Attributes, BatchObservableResult, Counter } from '@opentelemetry/api'
import type { Config, SignalName } from '../config/config.ts'
import type { CollectingMeterProvider } from '../metrics/provider.ts'
import { isCircuitOpen, type SignalSource } from '../pipeline/counts.ts'
import * as ATTR from '../semconv.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'

/** What the conventions call one record of a signal. */
const NOUN: Record<SignalName, string> = {
  traces: 'span',
  metrics: 'metric_data_point',
  logs: 'log',
}

const NAME = 'otel.component.name'

/** Why measurements, not records, were dropped. */
export const INSTRUMENT_LIMIT = 'instrument_limit'

/** Reasons for a drop before any request was made. */
const BEFORE_EXPORT = ['queue_full', 'trace_too_large', 'encoding']

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Reports the pipeline by itself: "OpenTelemetry SDK metrics" of the semantic conventions. The values are brought in
 * when somebody else's metrics are collected, and never make a collection due: no telemetry about telemetry.
 */
export const observeExport = (
  provider: CollectingMeterProvider,
  otlp: Config['otlp'],
  sources: readonly SignalSource[],
  spansStarted: () => number,
): void => {
  const meter = provider.getMeter(SCOPE_NAME, VERSION)
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
      component: componentOf(source, otlp),
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
  const circuit = meter.createObservableGauge('hono.otlp.circuit.open', {
    description: '1 while the receiver is away.',
  })
  const stored = (['spilled', 'restored'] as const).map(
    (name) => [name, meter.createCounter(`hono.otlp.${name}`, { unit: '{record}' })] as const,
  )
  const observe = (result: BatchObservableResult): void => {
    addGrowth(started, 'started', spansStarted())
    for (const { source, component, exported, processed, queueSize } of instruments) {
      const { counts, pending } = source
      addGrowth(exported, 'exported', counts.exported, component)
      for (const [name, counter] of stored) {
        addGrowth(counter, name, counts[name], component)
      }
      result.observe(circuit, Number(isCircuitOpen(counts)), component)
      for (const reason in counts.dropped) {
        const counter = BEFORE_EXPORT.includes(reason) ? processed : exported
        addGrowth(counter, reason, counts.dropped[reason] ?? 0, {
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
  meter.addBatchObservableCallback(observe, [
    circuit,
    ...instruments.flatMap(({ queueSize }) => queueSize ?? []),
  ])
}

/** What tells one exporter from the others, per the conventions. */
const componentOf = ({ signal, destination }: SignalSource, otlp: Config['otlp']): Attributes => {
  const { protocol, url } = otlp[destination ?? -1]?.[signal] || {}
  // Points are counted, but it is metrics that are exported.
  const noun = signal === 'metrics' ? 'metric' : NOUN[signal]
  const type = `otlp_http_${protocol ? '' : 'json_'}${noun}_exporter`
  const { hostname, protocol: scheme, port } = new URL(url ?? 'x:')
  return {
    'otel.component.type': type,
    [NAME]: `${type}/${destination ?? 0}`,
    ...(hostname && {
      [ATTR.serverAddress]: hostname,
      [ATTR.serverPort]: Number(port || (scheme === 'http:' ? 80 : 443)),
    }),
  }
}
