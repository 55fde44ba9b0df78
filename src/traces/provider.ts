import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api'
import { scopeTexts } from '../base/scope-texts.ts'
import type { SpanRecorder } from './recorder.ts'
import { SpanTracer } from './tracer.ts'

/** Scopes are named by code, not by requests; the cap only guards against code that builds names. */
const MAX_TRACERS = 1000

/** Hands out one tracer per instrumentation scope. Follows the OpenTelemetry trace SDK, "TracerProvider". */
export const createTracerProvider = (recorder: SpanRecorder): TracerProvider => {
  const tracers = new Map<string, Tracer>()
  // Asked for at every span, by the same name as before most times.
  let last: { name: unknown; version: unknown; tracer: Tracer } | undefined
  return {
    getTracer(givenName: string, givenVersion?: string, options?: TracerOptions): Tracer {
      if (last && !options && last.name === givenName && last.version === givenVersion) {
        return last.tracer
      }
      const [name, version, schemaUrl] = scopeTexts(givenName, givenVersion, options)
      const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`
      let tracer = tracers.get(key)
      if (!tracer) {
        tracer = new SpanTracer(recorder, {
          name,
          ...(version && { version }),
          ...(schemaUrl && { schemaUrl }),
        })
        if (tracers.size < MAX_TRACERS) {
          tracers.set(key, tracer)
        }
      }
      if (!options) {
        last = { name: givenName, version: givenVersion, tracer }
      }
      return tracer
    },
  }
}
