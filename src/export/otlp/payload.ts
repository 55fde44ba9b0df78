/** A request body on its way. */
export interface Payload {
  /** Replaced by its compressed form once that has been made, so that another attempt need not make it again. */
  body: string | Uint8Array<ArrayBuffer>
  /** Whether `body` is compressed. */
  isGzipped?: boolean
}
