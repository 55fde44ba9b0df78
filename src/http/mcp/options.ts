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
   * Whether the trace context in `params._meta` of received requests is believed: always, never, or for those this
   * returns `true` for; a throw counts as `false`. A request that is not believed stays below the HTTP request that
   * brought it, with a link to the sender's span. Default: as `http.trustInbound` says of that HTTP request.
   */
  trustInbound?: boolean | ((extra: McpExtra) => boolean)
  /** Send `traceparent` along in `params._meta` of requests. Default true. */
  propagate?: boolean
  /**
   * Names of tools, of a server that has no list of them: names that no server has told of are in no span and no
   * metric. At most 1000 count. Default: what is registered with `McpServer`, told in answers to `tools/list`, or called
   * with success.
   */
  tools?: readonly string[]
  /** Record `mcp.session.id`. Whoever has it may be able to join the session. Default true. */
  sessionId?: boolean
  /**
   * Record what tools are given and return: `gen_ai.tool.call.arguments` and `.result`, at most 8192 characters of each,
   * without the secrets that `logs.redact` knows. Default false.
   */
  content?: boolean
}
