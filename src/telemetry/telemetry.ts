import type { Attributes, TextMapPropagator, Tracer } from '@opentelemetry/api'
import type { SignalSource } from '../export/pipeline/counts.ts'
import type { RequestPipeline } from '../export/pipeline/join.ts'
import type { Pipeline } from '../export/pipeline/pipeline.ts'
import type { CollectingMeterProvider } from '../metrics/provider.ts'
import type { MetricReader } from '../metrics/reader.ts'
import type { SpanRecorder } from '../traces/recorder.ts'
import type { Config } from './config/config.ts'
import type { HttpMetrics } from './http-metrics.ts'
import type { LogSignal } from './logs.ts'

/** Everything that one set of options needs in one isolate, made on the first request. */
export interface Telemetry {
  readonly config: Config
  /** Undefined when nothing is exported. */
  readonly pipeline: RequestPipeline | undefined
  /** Whether nothing but spans is exported. */
  readonly isTracesOnly: boolean
  /** One for each destination. */
  readonly pipelines: readonly Pipeline[]
  /** What is delivered, with its counts. */
  readonly sources: readonly SignalSource[]
  /** Resource attributes. */
  readonly resource: Attributes
  readonly tracer: Tracer
  /** Where spans go, also those of other tracers. */
  readonly recorder: SpanRecorder
  readonly propagator: TextMapPropagator
  /** Undefined when metrics are off. */
  readonly httpMetrics: HttpMetrics | undefined
  /** Undefined when metrics are off. */
  readonly meterProvider: CollectingMeterProvider | undefined
  readonly metricReader: MetricReader | undefined
  /** Undefined when logs are off. */
  readonly logs: LogSignal | undefined
  /** Whether the next request is the isolate's first. */
  coldStart: boolean
}
