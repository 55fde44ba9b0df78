import {
  ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'
import type { Config, SignalDestination, SignalName } from './config/config.ts'
import type { ObservabilityOptions } from './config/options.ts'
import { resolveConfig } from './config/resolve.ts'
import { activeContext, registerContextManager, runWithContext } from './context/async-context.ts'
import { W3CPropagator } from './context/propagator.ts'
import { suppressTracing } from './context/suppress.ts'
import { patchGlobalFetch } from './http/global-fetch.ts'
import { nativeFetch } from './http/native-fetch.ts'
import { encodeAttributes } from './otlp/json.ts'
import { post } from './otlp/post.ts'
import { encodeTraces } from './otlp/traces-json.ts'
import { Pipeline, type Queue, type SendBatch } from './pipeline/pipeline.ts'
import { SignalQueue } from './pipeline/signal-queue.ts'
import { environmentReader } from './runtimes/environment.ts'
import { runtimeName, runtimeResource } from './runtimes/resource.ts'
import { attributeBytes } from './traces/attributes.ts'
import { createTracerProvider } from './traces/provider.ts'
import { SpanRecorder } from './traces/recorder.ts'
import type { RecordingSpan } from './traces/span.ts'
import { SpanTracer } from './traces/tracer.ts'
import { SCOPE_NAME, VERSION } from './version.ts'
import { warnOnce } from './warn.ts'

/** Everything that one set of options needs in one isolate, made on the first request. */
export interface Telemetry {
  readonly config: Config
  readonly pipeline: Pipeline | undefined
  readonly recorder: SpanRecorder
  readonly tracer: Tracer
  readonly propagator: TextMapPropagator
  /** Whether the next request is the isolate's first. */
  coldStart: boolean
}

/** Estimated bytes of a span besides its attributes. */
const SPAN_BYTES = 350

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
  const config = resolveConfig(options, environmentReader(bindings), warnOnce)
  const attributes = { ...runtimeResource(), ...config.resource }
  const resource = `{"attributes":${encodeAttributes(attributes)}}`
  const spans = newQueue(config, 'traces', (records: readonly RecordingSpan[]) =>
    encodeTraces(resource, records),
  )
  const destination = isTracing(config) ? destinationOf(config, 'traces') : undefined
  const recorder = new SpanRecorder(
    config.traces,
    { attributes },
    {
      add: (span) => {
        if (destination) {
          spans.add(span, spanBytes(span))
        }
      },
      dropped: (reason, count) => spans.drop(reason, count),
    },
    (what, error) => warnOnce(`${what} threw: ${error}`, what),
  )
  const telemetry: Telemetry = {
    config,
    recorder,
    pipeline: destination
      ? new Pipeline([spans as unknown as Queue], config.batch, sender(config))
      : undefined,
    tracer: isTracing(config)
      ? new SpanTracer(recorder, { name: SCOPE_NAME, version: VERSION })
      : // The API's own tracer that records nothing and hands on the parent's context.
        new ProxyTracerProvider().getTracer(SCOPE_NAME),
    propagator: config.traces.propagator ?? new W3CPropagator(config.traces.propagators),
    coldStart: runtimeName() === 'workers',
  }
  register(telemetry)
  return telemetry
}

const newQueue = <T>(
  config: Config,
  signal: SignalName,
  encode: (records: readonly T[]) => string,
): SignalQueue<T> =>
  new SignalQueue<T>({
    signal,
    encode,
    maxBatchSize: config.batch.maxBatchSize,
    maxQueueSize: config.batch.maxQueueSize ?? (runtimeName() === 'workers' ? 8192 : 2048),
    maxQueueBytes: config.batch.maxQueueBytes,
    maxAttempts: config.otlp ? config.otlp.maxAttempts : 1,
    // Twice the time-out: by then the request cannot but have ended.
    attemptLifetimeMs: 2 * (destinationOf(config, signal)?.timeoutMs ?? 0),
    onDrop: (_signal, reason) =>
      warnOnce(`dropping ${signal}: ${reason}. Counted from now on, not repeated here.`),
  })

const spanBytes = (span: RecordingSpan): number => {
  let bytes = SPAN_BYTES + attributeBytes(span.attributeSet.values)
  for (const { attributes } of span.eventList) {
    bytes += SPAN_BYTES / 2 + attributeBytes(attributes.values)
  }
  return bytes + (SPAN_BYTES / 2) * span.linkList.length
}

const destinationOf = ({ otlp }: Config, signal: SignalName): SignalDestination | undefined =>
  (otlp && otlp[signal]) || undefined

const sender =
  (config: Config): SendBatch =>
  async ({ signal }, { body }) => {
    const destination = destinationOf(config, signal)
    if (!destination) {
      throw new Error(`Invariant: a batch of ${signal} without a destination`)
    }
    const outcome = await runWithContext(suppressTracing(activeContext()), () =>
      post(destination, body, (config.otlp && config.otlp.fetch) || nativeFetch()),
    )
    if (outcome.kind !== 'accepted') {
      warnOnce(`${signal} not delivered to ${new URL(destination.url).origin}: ${outcome.reason}.`)
    } else if (outcome.message) {
      warnOnce(`the receiver of ${signal} says: ${outcome.message}`)
    }
    return outcome
  }

const isTracing = ({ disabled, traces }: Config): boolean => !disabled && traces.enabled

/** Other libraries reach us through the API package; whoever registered there first stays. */
const register = (telemetry: Telemetry): void => {
  const { config, recorder, propagator } = telemetry
  registerContextManager()
  propagation.setGlobalPropagator(propagator)
  if (isTracing(config)) {
    trace.setGlobalTracerProvider(createTracerProvider(recorder) satisfies TracerProvider)
  }
  if (config.traces.fetch && !patchGlobalFetch(telemetry)) {
    warnOnce(
      '`traces.fetch` has no effect: this runtime does not let the global fetch be replaced.',
    )
  }
}
