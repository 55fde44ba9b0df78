/* Attributes of WebSockets, since the conventions have none of their own. To be imported as `WS_ATTR`. */

/** Of the conventions for networks: `receive` or `transmit`, as the server sees it. */
export const direction = 'network.io.direction'
export const protocolName = 'network.protocol.name'
/** The code that the connection was closed with, RFC 6455 section 7.4. */
export const closeCode = 'hono.websocket.close.code'
/** The reason that came with it, without secrets. */
export const closeReason = 'hono.websocket.close.reason'
/** Whether both ends said goodbye. */
export const closeClean = 'hono.websocket.close.clean'
/** Messages and bytes of their payload, in each direction. */
export const receivedMessages = 'hono.websocket.received.messages'
export const receivedBytes = 'hono.websocket.received.bytes'
export const sentMessages = 'hono.websocket.sent.messages'
export const sentBytes = 'hono.websocket.sent.bytes'
/** Handlers that threw, or whose promise was rejected. */
export const failures = 'hono.websocket.failures'
/** `text` or `binary`. */
export const messageType = 'hono.websocket.message.type'
/** Bytes of its payload. */
export const messageSize = 'hono.websocket.message.size'
