/* Attributes of ours, since the conventions have none. To be imported as `HONO_ATTR`. */

/** Milliseconds until a streamed response's headers were ready; the span itself lasts to the end of the body. */
export const timeToHeadersMs = 'hono.time_to_headers_ms'
/** How a streamed body ended when not by itself: `cancel`, `error` or `timeout`. */
export const streamOutcome = 'hono.stream.outcome'
/** True when the operation had not ended when the invocation did: its end is not known. */
export const incomplete = 'hono.incomplete'
/** Why a server span is linked to its caller's instead of being its child: `untrusted_caller`. */
export const linkReason = 'hono.link.reason'
/** The caller's trace, on a span that the platform has in a trace of its own. */
export const callerTraceId = 'hono.caller.trace_id'
/** What a span of Hono's chain is of: `middleware` or `handler`. */
export const handlerKind = 'hono.handler.kind'
/** The name of its function. */
export const handlerName = 'hono.handler.name'
/** What it is registered for. */
export const handlerRoute = 'hono.handler.route'
/** Milliseconds until middleware called `next`, and from when that was over to its own end. */
export const beforeNextMs = 'hono.middleware.before_next_ms'
export const afterNextMs = 'hono.middleware.after_next_ms'
/** Of an event: an entry of `Server-Timing`. */
export const timingName = 'hono.timing.name'
export const timingDurationMs = 'hono.timing.duration_ms'
export const timingDescription = 'hono.timing.description'
