/** Most bytes of one request body, as sent: below the 1 MB that nginx and several vendors take. */
export const DEFAULT_BODY_BYTES = 900_000

/** What a receiver takes in one request: as configured, until it refuses that. */
export interface BodyLimit {
  /** Bytes of a body as sent. */
  readonly bytes: number
  /** Takes note of what the receiver did with a body of this size. */
  note(bytes: number, isTaken: boolean): void
}

/** A receiver's limit lies between the largest body that it took and the smallest that it refused. */
export const createBodyLimit = (maxBytes: number = DEFAULT_BODY_BYTES): BodyLimit => {
  let taken = 0
  let refused = Number.POSITIVE_INFINITY
  return {
    get bytes() {
      return Math.min(maxBytes, Math.max(taken, refused / 2))
    },
    note(bytes, isTaken) {
      if (isTaken) {
        taken = Math.max(taken, bytes)
        // What was refused is taken: the limit is another now.
        if (bytes >= refused) refused = Number.POSITIVE_INFINITY
      } else {
        refused = Math.min(refused, bytes)
        if (bytes <= taken) taken = 0
      }
    },
  }
}
