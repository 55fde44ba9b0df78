/** What a transport hands over along with a message. */
export interface McpExtra {
  /** Who has shown a token, by the SDK's authentication. */
  readonly authInfo?: unknown
  /** The HTTP request that brought it. */
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, unknown>> }
  /** The same, of the SDK's second version. */
  readonly request?: unknown
}

/** Settings of {@link instrumentMcp}. */
export interface McpOptions {
  /**
   * Whether the trace context in `params._meta` of received requests is believed, baggage included: always, never, or
   * for those this returns `true` for; a throw counts as `false`. A request that is not believed stays below the HTTP
   * request that brought it, with a link to the sender's span. Default: of what a server receives the trace, without
   * baggage, is believed as `http.trustInbound` says of that HTTP request; what a client receives is not believed, since
   * the server that it called has written it.
   */
  trustInbound?: boolean | ((extra: McpExtra) => boolean)
  /**
   * Send `traceparent` along in `params._meta` of requests. Default: to those that `traces.propagateTo` names, by the URL
   * of the client's transport; where there is none, as with `stdio`, only if it is `all`.
   */
  propagate?: boolean
  /**
   * Names of tools, of a server that has no list of them: names that no server has told of are in no span and no
   * metric. At most 1000 count. Default: what is registered with `McpServer`, or was told in answers to `tools/list`; for
   * a client also what it has called with success. Of these an isolate remembers 1000 for all its servers, and 1000 for
   * all its clients.
   */
  tools?: readonly string[]
  /** Record `mcp.session.id`. Whoever has it may be able to join the session. Default false. */
  sessionId?: boolean
  /**
   * Record what tools are given and return: `gen_ai.tool.call.arguments` and `.result`, at most 8192 characters of each,
   * and what the errors of refused requests say, which quotes names and URIs: at most 255 characters, as the status of
   * the span. Without the secrets that `logs.redact` knows. Default false.
   */
  content?: boolean
}
