/**
 * Random identifiers out of a pool: one call into the runtime's generator for some forty spans.
 * The pool is filled on first use, since Workers forbid randomness at module scope.
 */
const POOL_BYTES = 1024

/** ES2026; not in Node 24. */
type HexBytes = Uint8Array<ArrayBuffer> & { toHex?: () => string }

let bytes: HexBytes | undefined
let pool = ''
let offset = 0

const refill = (): void => {
  bytes ??= new Uint8Array(POOL_BYTES)
  crypto.getRandomValues(bytes)
  pool = bytes.toHex?.() ?? toHex(bytes)
  offset = 0
}

/** By way of bytes: a string put together character by character leaves a kilobyte of garbage for each span. */
export const toHex = (from: Uint8Array): string => {
  const digits = new Uint8Array(2 * from.length)
  const digit = (nibble: number): number => nibble + (nibble < 10 ? 48 : 87)
  from.forEach((byte, i) => {
    digits[2 * i] = digit(byte >> 4)
    digits[2 * i + 1] = digit(byte & 15)
  })
  return new TextDecoder().decode(digits)
}

/** So many random digits. */
export const takeHex = (length: number): string => {
  if (offset + length > pool.length) {
    refill()
  }
  const start = offset
  offset += length
  return pool.slice(start, offset)
}

/** A random UUID, version 4 (RFC 9562). */
export const newUuid = (): string => {
  const hex = takeHex(32)
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
