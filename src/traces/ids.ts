import { takeHex } from '../base/random.ts'

/** Makes the ids of new traces and spans: the SDK's `IdGenerator`. */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string
}

/** A W3C trace id: 16 random bytes in lower-case hex, never all zero. */
export const newTraceId = (): string => nonZero(32)

/** A W3C parent id: 8 random bytes in lower-case hex, never all zero. */
export const newSpanId = (): string => nonZero(16)

const nonZero = (length: number): string => {
  const id = takeHex(length)
  // A generator that yields nothing but zeros would otherwise make every span invalid.
  return id.charCodeAt(0) === 48 && /^0+$/.test(id) ? `1${id.slice(1)}` : id
}
