/** How WebSockets are observed. */
export interface WebSocketSettings {
  /**
   * What becomes of messages. `events`: the first 20 of a connection, of either direction, are events of its span.
   * `spans`: each that is received is a span at the root of its own trace, linked to the connection. `none`: they are only
   * counted. With all three, a message whose handler records something (a span, a log line, a `fetch`) or fails has
   * a span that this belongs to. Default `events`.
   */
  messages?: 'events' | 'spans' | 'none'
}

const MODES = ['events', 'spans', 'none']

/** @throws TypeError when a setting is not what it should be. */
export const checkSettings = ({ messages }: WebSocketSettings): void => {
  if (messages !== undefined && !MODES.includes(messages)) {
    throw new TypeError(
      `Cannot observe WebSockets: \`messages\` must be one of ${MODES.join(', ')}, received ${
        typeof messages === 'string' ? messages : typeof messages
      }`,
    )
  }
}
