import type { Context } from '@opentelemetry/api'
import { sendSoon } from '../../invocation/send-soon.ts'
import type { Telemetry } from '../../telemetry/telemetry.ts'
import type { SpanProcessor } from '../../traces/readable-span.ts'
import type { ForeignSpan } from '../foreign-span.ts'
import { SpanMirror } from '../span-mirror.ts'
import { rewriteSpan } from './rewrite.ts'

/** otel-cf-workers flushes behind `waitUntil` after each invocation, but never what Durable Objects record. */
const OF_OBJECT = 'Durable Object '

/** The end of otel-cf-workers' spans: our queue, instead of a request for each trace. */
export const createProcessor = (telemetry: () => Telemetry, env: unknown): SpanProcessor => {
  const ofObjects = new WeakSet<object>()
  let mirror: SpanMirror | undefined
  const open = (): SpanMirror => {
    const { recorder, config } = telemetry()
    return new SpanMirror(recorder, (span, copy) => rewriteSpan(span, copy, config.http))
  }
  return {
    onStart(span: ForeignSpan, parentContext: Context) {
      mirror ??= open()
      const { localTrace } = mirror.start(span, parentContext)
      if (span.name.startsWith(OF_OBJECT)) {
        ofObjects.add(localTrace)
      }
    },
    onEnd(span: ForeignSpan) {
      const ended = mirror?.end(span)
      if (ended && ofObjects.has(ended)) {
        // An object lives while it has I/O to wait for.
        void sendSoon(telemetry(), env)
      }
    },
    /** Called with the invocation's trace once all it gave to `waitUntil` has settled. */
    async forceFlush(traceId?: string) {
      mirror?.abandonLate(traceId)
      await sendSoon(telemetry(), env)
    },
    async shutdown() {},
  }
}
