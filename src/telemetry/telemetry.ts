import {
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
import { encodeAttributes } from '../otlp/json.ts'
import { Pipeline, type Queue } from '../pipeline/pipeline.ts'
import { environmentReader } from '../runtimes/environment.ts'
import { runtimeName, runtimeResource } from '../runtimes/resource.ts'
import { createTracerProvider } from '../traces/provider.ts'
import { SpanTracer } from '../traces/tracer.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'
import { warnOnce } from '../warn.ts'
import { createMetricSignal, type MetricSignal } from './metrics.ts'
import { createSender } from './sender.ts'
import { createSpanSignal, isTracing, type SpanSignal } from './spans.ts'

/** Everything that one set of options needs in one isolate, made on the first request. */
export interface Telemetry {
  readonly config: Config
  /** Undefined when nothing is exported. */
  readonly pipeline: Pipeline | undefined
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
  /** Undefined when metrics are off. */
  readonly httpMetrics: HttpMetrics | undefined
  /** Whether the next request is the isolate's first. */
  coldStart: boolean
}

const byOptions = /* @__PURE__ */ new WeakMap<ObservabilityOptions, Telemetry>()

/** The telemetry of these options: the same object for middleware and `instrument`, one pipeline. */
export const telemetryFor = (options: ObservabilityOptions, bindings: unknown): Telemetry => {
  let telemetry = byOptions.get(options)
  if (!telemetry) {
    telemetry = createTelemetry(options, bindings)
    byOptions.set(options, telemetry)
  }
  return telemetry
}

/** The telemetry of these options if a request has made it. */
export const existingTelemetry = (options: ObservabilityOptions): Telemetry | undefined =>
  byOptions.get(options)

const createTelemetry = (options: ObservabilityOptions, bindings: unknown): Telemetry => {
  const config = resolveConfig(
    options,
    environmentReader(bindings),
    warnOnce,
    runtimeName() === 'workers',
  )
  const attributes = { ...runtimeResource(), ...config.resource }
  const resource = `{"attributes":${encodeAttributes(attributes)}}`
  const spanSignal = createSpanSignal(config, attributes, resource)
  const metricSignal = createMetricSignal(config, resource)
  const queues = [spanSignal.queue, metricSignal?.queue].filter(
    (queue) => queue !== undefined,
  ) as unknown as Queue[]
  const telemetry: Telemetry = {
    config,
    pipeline: queues.length
      ? new Pipeline(
          queues,
          metricSignal ? [metricSignal.collector] : [],
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
    coldStart: runtimeName() === 'workers',
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
  if (config.traces.fetch && !patchGlobalFetch(telemetry)) {
    warnOnce(
      '`traces.fetch` has no effect: this runtime does not let the global fetch be replaced.',
    )
  }
}
