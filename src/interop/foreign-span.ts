import type { Span } from '@opentelemetry/api'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'
import type { ReadableSpan } from '../traces/readable-span.ts'

/** A span of another tracer, as its processors see it: the SDK's of 1.x to 3.x, or otel-cf-workers'. */
export interface ForeignSpan
  extends Omit<ReadableSpan, 'instrumentationScope' | 'instrumentationLibrary'> {
  /** From SDK 2.x on. */
  readonly instrumentationScope?: InstrumentationScope | undefined
  /** SDK 1.x. */
  readonly instrumentationLibrary?: InstrumentationScope | undefined
}

/** The same while it is open. */
export type OpenForeignSpan = Span & ForeignSpan

const UNKNOWN: InstrumentationScope = { name: 'unknown' }

/** Scopes are named by code; the cap only guards against code that builds names. */
const MAX_SCOPES = 1000

const scopes = /* @__PURE__ */ new Map<string, InstrumentationScope>()

/** One object for each scope, since spans are sent by scope, and some tracers make a new one for each span. */
export const scopeOf = ({
  instrumentationScope,
  instrumentationLibrary,
}: ForeignSpan): InstrumentationScope => {
  const { name, version, schemaUrl } = instrumentationScope ?? instrumentationLibrary ?? UNKNOWN
  const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`
  let scope = scopes.get(key)
  if (!scope) {
    scope = { name, ...(version && { version }), ...(schemaUrl && { schemaUrl }) }
    if (scopes.size < MAX_SCOPES) {
      scopes.set(key, scope)
    }
  }
  return scope
}
