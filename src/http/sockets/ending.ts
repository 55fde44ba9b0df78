import type { Connection } from './connection.ts'
import type { Handling } from './handling.ts'

/** What a socket's events of its end say. */
export interface EndEvent {
  readonly code?: unknown
  readonly reason?: unknown
  readonly wasClean?: unknown
  readonly error?: unknown
}

/** Of connections that had an error, which are closed next or not at all. */
const errors = /* @__PURE__ */ new WeakMap<Connection, Handling>()

/** The handlers of an error come first: what they throw is the connection's failure. */
export const whenErrored = (connection: Connection, handling: Handling, event: EndEvent): void => {
  const error = event.error ?? event
  errors.set(connection, handling)
  queueMicrotask(() => connection.errored(error))
  handling.whenOver(() => connection.broken(error))
}

/** The handlers of a close still send, and fail; what is measured is how long it was open. */
export const whenClosed = (
  connection: Connection,
  handling: Handling,
  { code, reason, wasClean }: EndEvent,
): void => {
  connection.closing()
  const closed = (): void => connection.closed(code as number | undefined, reason, wasClean)
  handling.whenOver(() => {
    const ofError = errors.get(connection)
    if (ofError) {
      ofError.whenOver(closed)
    } else {
      closed()
    }
  })
}
