import { traceOutgoing } from '../../http/global-fetch.ts'
import { sendSoon } from '../../invocation/send-soon.ts'
import type { ObservabilityOptions } from '../../telemetry/config/options.ts'
import { validateOptions } from '../../telemetry/config/validate.ts'
import { ensureTelemetry } from '../../telemetry/ensure.ts'
import { rememberOptions } from '../../telemetry/registry.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { ForeignSpan } from '../foreign-span.ts'
import { SpanMirror } from '../span-mirror.ts'
import { flushed } from './flushed.ts'

/** The SDK's `SpanExporter`. */
export interface PipelineSpanExporter {
  export(
    spans: ForeignSpan[],
    resultCallback: (result: { code: number; error?: Error }) => void,
  ): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/**
 * Our pipeline as a `SpanExporter` for the `BatchSpanProcessor` of an OpenTelemetry SDK, 1.x to 3.x, and for all that
 * wraps one. An export has succeeded when its spans are in our queue and, on Workers, this invocation's part of sending
 * is done; retries and drops are ours, and counted in `exporterState()`. The resource is ours, not the SDK's.
 *
 * @param options - The very object that `observability()` gets.
 * @param env - The Worker's bindings, for variables and `otlp.fetch`.
 * @throws TypeError when an option is not what it should be; the message names option, expectation and value.
 *
 * @example
 * ```ts
 * import { spanExporter } from 'hono-observability/sdk'
 *
 * const options = { service: { name: 'shop' } }
 * // new BatchSpanProcessor(spanExporter(options))
 * console.assert(typeof spanExporter(options).export === 'function')
 * ```
 */
export const spanExporter = (
  options: ObservabilityOptions,
  env?: unknown,
): PipelineSpanExporter => {
  validateOptions(options)
  rememberOptions(options)
  traceOutgoing(options)
  let mirror: SpanMirror | undefined
  // Not before the first spans: the SDK has registered itself by then, and stays.
  const telemetry = (): Telemetry => ensureTelemetry(options, env)
  return {
    export(spans, resultCallback) {
      const record = async (): Promise<void> => {
        mirror ??= new SpanMirror(telemetry().recorder)
        for (const span of spans) {
          mirror.end(span)
        }
        await sendSoon(telemetry(), env)
      }
      record().then(
        () => resultCallback({ code: 0 }),
        (error) => resultCallback({ code: 1, error }),
      )
    },
    forceFlush: () => flushed(telemetry(), env),
    shutdown: () => flushed(telemetry(), env),
  }
}
