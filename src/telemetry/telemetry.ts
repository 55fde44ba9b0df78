import {
  type Attributes,
  metrics,
  ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Config } from '../config/config.ts'
import type { ObservabilityOptions } from '../config/options.ts'
import { resolveConfig } from '../config/resolve.ts'
import { registerContextManager } from '../context/async-context.ts'
import { W3CPropagator } from '../context/propagator.ts'
import { patchGlobalFetch } from '../http/global-fetch.ts'
import { HttpMetrics } from '../http/http-metrics.ts'
import { logCore } from '../log-core.ts'
import { captureConsole } from '../logs/capture-console.ts'
import type { MetricReader } from '../metrics/reader.ts'
import { encodeAttributes } from '../otlp/json.ts'
import type { SignalSource } from '../pipeline/counts.ts'
import { Pipeline, type Queue } from '../pipeline/pipeline.ts'
import { environmentReader } from '../runtimes/environment.ts'
import { installExitHooks } from '../runtimes/exit-hooks.ts'
import { runtimeName, runtimeResource } from '../runtimes/resource.ts'
import { createTracerProvider } from '../traces/provider.ts'
import { SpanTracer } from '../traces/tracer.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'
import { warnOnce } from '../warn.ts'
import { createLogSignal, type LogSignal } from './logs.ts'
import { createMetricSignal, type MetricSignal } from './metrics.ts'
import { existingTelemetry, registerTelemetry } from './registry.ts'
import { observeExport } from './self-metrics.ts'
import { createSender } from './sender.ts'
import { createSpanSignal, isTracing, type SpanSignal } from './spans.ts'

/** Everything that one set of options needs in one isolate, made on the first request. */
export interface Telemetry {
  readonly config: Config
  /** Undefined when nothing is exported. */
  readonly pipeline: Pipeline | undefined
  /** What is delivered, with its counts. */
  readonly sources: readonly SignalSource[]
  /** Resource attributes. */
  readonly resource: Attributes
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
  /** Undefined when metrics are off. */
  readonly httpMetrics: HttpMetrics | undefined
  readonly metricReader: MetricReader | undefined
  /** Undefined when logs are off. */
  readonly logs: LogSignal | undefined
  /** Whether the next request is the isolate's first. */
  coldStart: boolean
}

/** For a request that begins: the same object for middleware and `instrument`, one pipeline. */
export const telemetryFor = (
  options: ObservabilityOptions,
  bindings: unknown,
  request: Request,
): Telemetry => {
  let telemetry = existingTelemetry(options)
  if (!telemetry) {
    telemetry = createTelemetry(options, bindings, request)
    registerTelemetry(options, telemetry)
    if (telemetry.pipeline && runtimeName() !== 'workers') {
      installExitHooks()
    }
  }
  telemetry.pipeline?.open()
  return telemetry
}

const createTelemetry = (
  options: ObservabilityOptions,
  bindings: unknown,
  request: Request,
): Telemetry => {
  const read = environmentReader(bindings)
  const config = resolveConfig(options, read, warnOnce, runtimeName() === 'workers')
  const attributes = { ...runtimeResource(bindings, read), ...config.resource }
  const resource = `{"attributes":${encodeAttributes(attributes)}}`
  const spanSignal = createSpanSignal(config, attributes, resource)
  const metricSignal = createMetricSignal(config, attributes, resource, request)
  const logs = createLogSignal(config, resource)
  const queues = [spanSignal.queue, metricSignal?.queue, logs?.queue].filter(
    (queue) => queue !== undefined,
  ) as unknown as Queue[]
  const sources = [spanSignal.queue, metricSignal?.source, logs?.queue].filter(
    (source) => source !== undefined,
  )
  const telemetry: Telemetry = {
    config,
    sources,
    resource: attributes,
    pipeline: sources.length
      ? new Pipeline(
          queues,
          metricSignal?.collector ? [metricSignal.collector] : [],
          config.batch,
          createSender(config),
        )
      : undefined,
    tracer: isTracing(config)
      ? new SpanTracer(spanSignal.recorder, { name: SCOPE_NAME, version: VERSION })
      : // The API's own tracer that records nothing and hands on the parent's context.
        new ProxyTracerProvider().getTracer(SCOPE_NAME),
    propagator: config.traces.propagator ?? new W3CPropagator(config.traces.propagators),
    httpMetrics: metricSignal && new HttpMetrics(metricSignal.provider, config),
    metricReader: metricSignal?.reader,
    logs,
    coldStart: runtimeName() === 'workers',
  }
  if (metricSignal) {
    observeExport(metricSignal.provider, sources, () => spanSignal.recorder.startedCount)
  }
  register(telemetry, spanSignal, metricSignal)
  return telemetry
}

/** Other libraries reach us through the API package; whoever registered there first stays. */
const register = (
  telemetry: Telemetry,
  { recorder }: SpanSignal,
  metricSignal: MetricSignal | undefined,
): void => {
  const { config, propagator } = telemetry
  registerContextManager()
  propagation.setGlobalPropagator(propagator)
  if (isTracing(config)) {
    trace.setGlobalTracerProvider(createTracerProvider(recorder))
  }
  if (metricSignal) {
    metrics.setGlobalMeterProvider(metricSignal.provider)
  }
  if (config.logs && config.logs.captureConsole) {
    captureConsoleOnce()
  }
  if (config.traces.fetch && !patchGlobalFetch(telemetry)) {
    warnOnce(
      '`traces.fetch` has no effect: this runtime does not let the global fetch be replaced.',
    )
  }
}

let isConsoleCaptured = false

const captureConsoleOnce = (): void => {
  if (!isConsoleCaptured) {
    isConsoleCaptured = true
    captureConsole(logCore)
  }
}
