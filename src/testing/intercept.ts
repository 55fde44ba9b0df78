import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api'
import { settingsOf } from '../base/options.ts'
import { createLineFormat } from '../logs/json-line.ts'
import { createRedactor } from '../logs/redact.ts'
import { createLogSink } from '../logs/sink.ts'
import type { MetricReader } from '../metrics/reader.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { interceptTelemetry } from '../telemetry/ensure.ts'
import type { LogSignal } from '../telemetry/logs.ts'
import { forgetTelemetry, MAX_LIVE } from '../telemetry/registry.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { SpanRecorder } from '../traces/recorder.ts'
import { SpanTracer } from '../traces/tracer.ts'
import { captureOf } from './capture.ts'

/** Of each telemetry made since the first capture. */
const readers: MetricReader[] = []

let isIntercepting = false

/** From now on, what this isolate records stays in memory, whatever options and environment say of its way out. */
export const interceptAll = (): void => {
  if (isIntercepting) {
    return
  }
  isIntercepting = true
  // What was made before sends what it records.
  if (forgetTelemetry().some(({ meterProvider }) => meterProvider === globalMeterProvider())) {
    metrics.disable()
  }
  if (globalTracerProvider()?.getTracer('') instanceof SpanTracer) {
    trace.disable()
  }
  interceptTelemetry((options, create) => observe(create(inMemory(options))))
}

let wasMade = false

/** Whether telemetry has been made of any options. */
export const isAnythingMade = (): boolean => wasMade

export const metricReaders = (): readonly MetricReader[] => readers

const globalMeterProvider = (): MeterProvider => metrics.getMeterProvider()

const globalTracerProvider = (): TracerProvider | undefined =>
  (trace.getTracerProvider() as { getDelegate?(): TracerProvider }).getDelegate?.()

/** The same, with nothing left to chance, to the environment or to a receiver. What is off by an option of its own stays off. */
const inMemory = (options: ObservabilityOptions): ObservabilityOptions => {
  const { traces, metrics: given, logs } = options
  const { tail, ratio, ...tracesOthers } = settingsOf(traces)
  const metricsGiven = settingsOf(given)
  return {
    ...options,
    disabled: false,
    native: 'off',
    otlp: false,
    traces: traces !== false && { ...tracesOthers, sampler: 'always_on' },
    metrics: given !== false && {
      ...metricsGiven,
      // Totals that nobody else adds up.
      ...(metricsGiven.temporality === 'aggregator' && { temporality: 'delta' }),
    },
    logs: logs !== false && { ...settingsOf(logs), accessRatio: 1 },
  }
}

const observe = (telemetry: Telemetry): Telemetry => {
  wasMade = true
  const { recorder, meterProvider, logs } = telemetry
  observeSpans(recorder)
  if (meterProvider) {
    // Never the first: it is the global one.
    readers.splice(1, Math.max(0, readers.length - MAX_LIVE))
    readers.push(meterProvider.addReader('delta'))
  }
  return { ...telemetry, coldStart: false, logs: logs && observeLogs(telemetry, logs) }
}

const observeSpans = (recorder: SpanRecorder): void => {
  const { started } = recorder
  // biome-ignore lint/plugin: made once a recorder
  recorder.started = (span, parent) => {
    captureOf(parent)?.spans.push(span)
    started.call(recorder, span, parent)
  }
}

/** The lines of a capture are its result; others are written as ever. */
const observeLogs = ({ config }: Telemetry, logs: LogSignal): LogSignal => {
  const { redact = {}, maxLineBytes } = config.logs || {}
  const redactor = createRedactor(redact)
  const serviceName = String(config.resource['service.name'])
  const capture = createLogSink({
    format: createLineFormat({ serviceName, redactor, ...(maxLineBytes && { maxLineBytes }) }),
    redactor,
    writeLine: (_, line) => captureOf()?.lines.push(JSON.parse(line)),
  })
  return {
    ...logs,
    write: (record) => (captureOf() ? capture : logs.write)(record),
  }
}
