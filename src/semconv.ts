/**
 * Semantic-convention keys, version 1.44, written out: depending on the package that lists them costs bundle
 * size and has broken others when it renamed its exports.
 */
export const ATTR = {
  clientAddress: 'client.address',
  errorType: 'error.type',
  coldStart: 'faas.coldstart',
  requestMethod: 'http.request.method',
  requestMethodOriginal: 'http.request.method_original',
  statusCode: 'http.response.status_code',
  route: 'http.route',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  urlFull: 'url.full',
  urlPath: 'url.path',
  urlQuery: 'url.query',
  urlScheme: 'url.scheme',
  userAgent: 'user_agent.original',
} as const

/** Ours, since the conventions have none. */
export const HONO_ATTR = {
  /** Milliseconds until a streamed response's headers were ready; the span itself lasts to the end of the body. */
  timeToHeadersMs: 'hono.time_to_headers_ms',
  /** How a streamed body ended when not by itself: `cancel`, `error` or `timeout`. */
  streamOutcome: 'hono.stream.outcome',
  /** True when the operation had not ended when the invocation did: its end is not known. */
  incomplete: 'hono.incomplete',
  /** Why a server span is linked to its caller's instead of being its child: `untrusted_caller`. */
  linkReason: 'hono.link.reason',
} as const
