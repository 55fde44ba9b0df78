/** Most bytes of one request body, as sent: below the 1 MB that nginx and several vendors take. */
export const DEFAULT_BODY_BYTES = 900_000

/** Nobody's limit is below this: what refuses so little has another reason. */
const LEAST_BYTES = 16_384

/** After so many bodies that were taken, a larger one is tried; after twice as many each time that it is refused. */
const TAKEN_BEFORE_TRY = 16

const MAX_TAKEN_BEFORE_TRY = 4096

/** What a receiver takes in one request: as configured, until it refuses that. */
export interface BodyLimit {
  /** Bytes of a body as sent. */
  readonly bytes: number
  /** Takes note of what the receiver did with a body of this size. */
  note(bytes: number, isTaken: boolean): void
}

/**
 * A receiver's limit lies between the largest body that it took and the smallest that it refused. That is asked anew
 * from time to time: a proxy may have refused for a reason of its own.
 */
export const createBodyLimit = (maxBytes: number = DEFAULT_BODY_BYTES): BodyLimit => {
  let taken = 0
  let refused = Infinity
  let takenSince = 0
  let takenBeforeTry = TAKEN_BEFORE_TRY
  return {
    get bytes() {
      return Math.min(maxBytes, Math.max(taken, refused / 2))
    },
    note(bytes, isTaken) {
      if (!isTaken) {
        if (refused < Infinity) {
          takenBeforeTry = Math.min(2 * takenBeforeTry, MAX_TAKEN_BEFORE_TRY)
        }
        takenSince = 0
        refused = Math.max(Math.min(refused, bytes), 2 * LEAST_BYTES)
        if (bytes <= taken) {
          taken = 0
        }
        return
      }
      taken = Math.max(taken, bytes)
      if (bytes >= refused) {
        // What was refused is taken: the limit is another now.
        refused = Infinity
        takenBeforeTry = TAKEN_BEFORE_TRY
      } else if (refused < Infinity && ++takenSince >= takenBeforeTry) {
        takenSince = 0
        refused *= 2
      }
    },
  }
}
