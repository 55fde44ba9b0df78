import { type Context, createContextKey } from '@opentelemetry/api'

// The description is the identity: @opentelemetry/core asks for a key of the same name.
const SUPPRESSED = /* @__PURE__ */ createContextKey(
  'OpenTelemetry SDK Context Key SUPPRESS_TRACING',
)

/** Returns a context in which no spans are recorded and no trace context is sent. */
export const suppressTracing = (ctx: Context): Context => {
  return ctx.setValue(SUPPRESSED, true)
}

/** Tells whether `ctx` comes from `suppressTracing`, ours or @opentelemetry/core's. */
export const isTracingSuppressed = (ctx: Context): boolean => {
  return ctx.getValue(SUPPRESSED) === true
}
