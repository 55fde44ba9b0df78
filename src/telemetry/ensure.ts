import { metrics, ProxyTracerProvider, propagation, trace } from '@opentelemetry/api'
import { addRedactor } from '../base/own-lines.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { warnOnce } from '../base/warn.ts'
import { registerContextManager } from '../context/async-context.ts'
import { followContexts } from '../context/native-tracing.ts'
import { W3CPropagator } from '../context/propagator.ts'
import { followSocketListeners } from '../context/socket-listeners.ts'
import type { SignalSource } from '../export/pipeline/counts.ts'
import { joinPipelines } from '../export/pipeline/join.ts'
import type { Pipeline } from '../export/pipeline/pipeline.ts'
import { captureConsole } from '../logs/capture-console.ts'
import { searchOnce } from '../logs/clean-texts.ts'
import { createRedactor } from '../logs/redact.ts'
import { adoptEarly, awaitProvider } from '../metrics/early.ts'
import { boundObject, environmentReader } from '../runtimes/environment.ts'
import { nativeTelemetry } from '../runtimes/host.ts'
import { runtimeResource } from '../runtimes/resource.ts'
import { isShortLived, takeColdStart } from '../runtimes/short-lived.ts'
import { createTracerProvider } from '../traces/provider.ts'
import { SpanTracer } from '../traces/tracer.ts'
import { deferToRuntime } from './config/defer.ts'
import type { ObservabilityOptions } from './config/options.ts'
import { resolveConfig } from './config/resolve.ts'
import { HttpMetrics } from './http-metrics.ts'
import { logCore } from './log-core.ts'
import { createLogSignal } from './logs.ts'
import { createMetricSignal, type MetricSignal } from './metrics.ts'
import { createPipelines } from './pipelines.ts'
import { createFlushPipelines } from './processor-flush.ts'
import { existingTelemetry, registerTelemetry } from './registry.ts'
import { observeExport } from './self-metrics.ts'
import { createSpanSignal, isTracing, type SpanSignal } from './spans.ts'
import type { Telemetry } from './telemetry.ts'

// When this module loads: instruments are made in modules, most of all.
awaitProvider()

type Create = (options: ObservabilityOptions) => Telemetry

/** Stands between options and their telemetry, where tests of an app look at what it records. */
let intercept: ((options: ObservabilityOptions, create: Create) => Telemetry) | undefined

/** From now on, what is made for options is made by this. */
export const interceptTelemetry = (by: NonNullable<typeof intercept>): void => {
  intercept = by
}

/**
 * The telemetry of these options, made when it is first asked for: the same for middleware and `instrument`.
 *
 * @param cf What Cloudflare tells of the first request, for the aggregator nearest to it.
 */
export const ensureTelemetry = (
  options: ObservabilityOptions,
  bindings: unknown,
  cf?: unknown,
): Telemetry => {
  let telemetry = existingTelemetry(options)
  if (!telemetry) {
    const create: Create = (used) => createTelemetry(used, bindings, cf)
    telemetry = intercept ? intercept(options, create) : create(options)
    registerTelemetry(options, telemetry)
  }
  return telemetry
}

const createTelemetry = (
  options: ObservabilityOptions,
  bindings: unknown,
  cf: unknown,
): Telemetry => {
  const read = environmentReader(bindings)
  const config = deferToRuntime(
    resolveConfig(options, read, warnOnce, isShortLived(), boundObject(bindings)),
    nativeTelemetry(),
  )
  const attributes = { ...runtimeResource(bindings, read), ...config.resource }
  const given = createRedactor(config.logs ? config.logs.redact : {})
  // Spans and lines say the same of an error.
  const redactor = { ...given, text: searchOnce(given.text) }
  addRedactor(redactor)
  const spanSignal = createSpanSignal(config, attributes, redactor)
  let pipelines: Pipeline[] = []
  const metricSignal = createMetricSignal(
    config,
    attributes,
    cf,
    () => {
      for (const pipeline of pipelines) {
        pipeline.noteRecorded(true)
      }
    },
    () => observeExport(metricSignal?.provider, sources, spanSignal.recorder.startedCounts),
  )
  const logs = createLogSignal(config, attributes, redactor)
  const sources: SignalSource[] = [
    ...spanSignal.queues,
    ...(metricSignal?.sources ?? []),
    ...(logs?.queues ?? []),
  ]
  pipelines = [
    ...createPipelines(
      config,
      [...spanSignal.queues, ...(metricSignal?.queues ?? []), ...(logs?.queues ?? [])] as never[],
      metricSignal?.collectors ?? [],
    ),
    ...createFlushPipelines(config, spanSignal.recorder),
  ]
  const telemetry: Telemetry = {
    config,
    sources,
    resource: attributes,
    pipelines,
    isTracesOnly: !logs?.queues.length && !metricSignal?.collectors.length,
    pipeline: joinPipelines(pipelines),
    tracer: isTracing(config)
      ? new SpanTracer(spanSignal.recorder, { name: SCOPE_NAME, version: VERSION })
      : // The API's own tracer that records nothing and hands on the parent's context.
        new ProxyTracerProvider().getTracer(SCOPE_NAME),
    recorder: spanSignal.recorder,
    propagator: config.traces.propagator ?? new W3CPropagator(config.traces.propagators),
    httpMetrics: metricSignal && new HttpMetrics(metricSignal.provider, config),
    meterProvider: metricSignal?.provider,
    metricReader: metricSignal?.reader,
    logs,
    coldStart: takeColdStart(),
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
  if (config.native) {
    followContexts()
  }
  followSocketListeners()
  if (metricSignal) {
    metrics.setGlobalMeterProvider(metricSignal.provider)
    adoptEarly()
  }
  if (config.logs && config.logs.captureConsole) {
    captureConsoleOnce()
  }
}

let isConsoleCaptured = false

const captureConsoleOnce = (): void => {
  if (!isConsoleCaptured) {
    isConsoleCaptured = true
    captureConsole(logCore)
  }
}
