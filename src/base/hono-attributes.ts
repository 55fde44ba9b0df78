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
