import { propagation, type TextMapPropagator } from '@opentelemetry/api'
import { settingsOf } from '../../base/options.ts'
import { warnOnce } from '../../base/warn.ts'
import { traceOutgoing } from '../../http/global-fetch.ts'
import { isTrusted } from '../../http/inbound.ts'
import type { ObservabilityOptions } from '../../telemetry/config/options.ts'
import { validateOptions } from '../../telemetry/config/validate.ts'
import { ensureTelemetry } from '../../telemetry/ensure.ts'
import { rememberOptions } from '../../telemetry/registry.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { SpanProcessor } from '../../traces/readable-span.ts'
import { createProcessor } from './processor.ts'

/** What both packages have to agree on. */
export interface SharedTraceConfig {
  service: { name: string }
  spanProcessors: SpanProcessor[]
  propagator: TextMapPropagator
  handlers: { fetch: { acceptTraceContext: (request: Request) => boolean } }
  instrumentation: { instrumentGlobalFetch: boolean }
}

/**
 * The configuration for `instrument` and `instrumentDO` of `@microlabs/otel-cf-workers`, whose spans then leave by the
 * pipeline of `observability(options)`: in batches with everybody else's, with retries, limits and `traces.tail`.
 * The middleware enriches its server span with route, status and error, and adds metrics, logs and request ids.
 *
 * Its `sampling.tailSampler`, `postProcessor` and `exporter` have no part in this. Leave our `bindings` option out,
 * since it makes the binding spans; with `traces.fetch` in the options, outgoing requests are ours, not its.
 *
 * @param options - The very object that `observability()` gets.
 * @param more - Further settings of otel-cf-workers; they win.
 * @returns What its second parameter takes: a function that is asked for each invocation.
 * @throws TypeError when an option is not what it should be; the message names option, expectation and value.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { traceConfig } from 'hono-observability/otel-cf-workers'
 *
 * const options = { service: { name: 'shop' } }
 * const app = new Hono().use(observability(options))
 *
 * // export default instrument(app, traceConfig(options))
 * const config = traceConfig(options)
 * console.assert(config({}).service.name === 'shop')
 * ```
 */
export const traceConfig = <More extends object = object>(
  options: ObservabilityOptions,
  more?: More,
): ((env: unknown) => SharedTraceConfig & More) => {
  validateOptions(options)
  rememberOptions(options)
  traceOutgoing(options)
  let shared: SharedTraceConfig | undefined
  return (env) => {
    shared ??= share(options, env)
    return withoutExporter({ ...shared, ...more } as SharedTraceConfig & More)
  }
}

/** Versions that know no span processors look for an exporter instead, and fail in words that help nobody. */
const withoutExporter = <Config extends object>(config: Config): Config =>
  'exporter' in config
    ? config
    : Object.defineProperty(config, 'exporter', {
        get() {
          throw new Error(
            'Cannot use traceConfig(): `@microlabs/otel-cf-workers` must be 1.0.0-rc.9 or later, received one that takes no span processors',
          )
        },
      })

const share = (options: ObservabilityOptions, env: unknown): SharedTraceConfig => {
  const { service, traces, bindings } = options
  if (bindings) {
    warnOnce('leave `bindings` out beside otel-cf-workers: both make a span of each call.')
  }
  // Not before the first span: whoever registers with the OpenTelemetry API first stays, and that has to be its tracer.
  const telemetry = (): Telemetry => ensureTelemetry(options, env)
  return {
    service: { name: service?.name ?? 'unknown_service' },
    spanProcessors: [createProcessor(telemetry, env)],
    propagator: {
      // It would send baggage to whoever is called; ours goes to `traces.baggageOrigins` only.
      inject: (context, carrier, setter) =>
        telemetry().propagator.inject(propagation.deleteBaggage(context), carrier, setter),
      extract: (context, carrier, getter) =>
        telemetry().propagator.extract(context, carrier, getter),
      fields: () => telemetry().propagator.fields(),
    },
    handlers: {
      fetch: { acceptTraceContext: (request) => isTrusted(telemetry().config.http, request) },
    },
    instrumentation: { instrumentGlobalFetch: !settingsOf(traces).fetch },
  }
}
