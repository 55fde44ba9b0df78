import type { Context } from '@opentelemetry/api'
import { traceOutgoing } from '../../http/global-fetch.ts'
import { sendSoon } from '../../invocation/send-soon.ts'
import { isShortLived } from '../../runtimes/short-lived.ts'
import type { ObservabilityOptions } from '../../telemetry/config/options.ts'
import { validateOptions } from '../../telemetry/config/validate.ts'
import { ensureTelemetry } from '../../telemetry/ensure.ts'
import { rememberOptions } from '../../telemetry/registry.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { ReadableSpan, SpanProcessor } from '../../traces/readable-span.ts'
import type { OpenForeignSpan } from '../foreign-span.ts'
import { SpanMirror } from '../span-mirror.ts'
import { flushed } from './flushed.ts'

/**
 * Our pipeline as a `SpanProcessor` for those who keep the `TracerProvider` of an OpenTelemetry SDK, 1.x to 3.x: its
 * spans leave with those, the metrics and the logs of `observability(options)`, under our limits and `traces.tail`.
 * Ids and sampling are the SDK's, the resource is ours.
 *
 * On Workers, whose timers end with the request, call `ctx.waitUntil(provider.forceFlush())` after each one.
 *
 * @param options - The very object that `observability()` gets.
 * @param env - The Worker's bindings, for variables and `otlp.fetch`.
 * @throws TypeError when an option is not what it should be; the message names option, expectation and value.
 *
 * @example
 * ```ts
 * import { spanProcessor } from 'hono-observability/sdk'
 *
 * const options = { service: { name: 'shop' } }
 * // new TracerProvider({ spanProcessors: [spanProcessor(options)] })
 * console.assert(typeof spanProcessor(options).onEnd === 'function')
 * ```
 */
export const spanProcessor = (options: ObservabilityOptions, env?: unknown): SpanProcessor => {
  validateOptions(options)
  rememberOptions(options)
  traceOutgoing(options)
  let mirror: SpanMirror | undefined
  // Not before the first span: the SDK has registered itself by then, and stays.
  const telemetry = (): Telemetry => ensureTelemetry(options, env)
  const mirrored = (): SpanMirror => (mirror ??= new SpanMirror(telemetry().recorder))
  return {
    onStart(span: OpenForeignSpan, parentContext: Context) {
      mirrored().start(span, parentContext)
    },
    onEnd(span: ReadableSpan) {
      mirrored().end(span)
      // On Workers it is for who waits to send: who leads without, does not live to the end.
      if (!isShortLived()) {
        void sendSoon(telemetry(), env)
      }
    },
    async forceFlush() {
      mirror?.abandonLate()
      await flushed(telemetry(), env)
    },
    async shutdown() {
      await flushed(telemetry(), env)
    },
  }
}
